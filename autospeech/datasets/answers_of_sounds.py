"""Answers for clips of any length, of which long ones are heard in windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.sound_reader import SoundReader

Floats = npt.NDArray[np.float32]

# Seconds of sound, and windows, that are answered for at a time.
_SECONDS, _MOST_WINDOWS = 600.0, 1000


def answers_of_sounds(
    sounds: Sequence[Any],
    reader: SoundReader,
    answer: Callable[[list[Floats]], npt.NDArray[np.float64]],
    classes: int,
) -> npt.NDArray[np.float64]:
    """Ask about clips, some minutes of sound at a time.

    Args:
        sounds: Paths of files, or waveforms.
        reader: Reads them.
        answer: Returns class probabilities `(windows, classes)` of waveforms.
        classes: How many there are.

    Returns:
        Of each clip the mean over its windows, `(clips, classes)`.

    Raises:
        AudioDecodeError: A file cannot be read.

    Example:
        >>> clips = [np.zeros(16000), np.zeros(16000 * 45)]
        >>> answers_of_sounds(clips, SoundReader(), lambda windows: np.full((len(windows), 2), 0.5), 2).tolist()
        [[0.5, 0.5], [0.5, 0.5]]
    """
    total, seen = np.zeros((len(sounds), classes)), np.zeros((len(sounds), 1))
    for owners, windows in _windows(sounds, reader):
        np.add.at(total, owners, answer(windows))
        np.add.at(seen, owners, 1)
    return total / np.maximum(seen, 1)


def _windows(sounds: Sequence[Any], reader: SoundReader) -> Iterator[tuple[list[int], list[Floats]]]:
    """Yield windows of all clips and whose they are, some minutes at a time."""
    owners: list[int] = []
    windows: list[Floats] = []
    samples = 0
    for number, sound in enumerate(sounds):
        for window in reader.windows(sound):
            owners.append(number)
            windows.append(window)
            samples += len(window)
            if samples >= _SECONDS * reader.target_rate or len(windows) >= _MOST_WINDOWS:
                yield owners, windows
                owners, windows, samples = [], [], 0
    if windows:
        yield owners, windows
