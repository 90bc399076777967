"""Clips from files or arrays, as much of them as memory and time allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_windows import sound_windows
from autospeech.audio.waveform import as_waveform

Floats = npt.NDArray[np.float32]

SAMPLE_RATE = 16000
# Longer clips are heard in windows of this length, and answered for by the mean over these.
WINDOW_SECONDS = 30.0
# What is left over at the end of a long clip is too little to judge it by when it is shorter.
LEAST_SECONDS = 3.0
# Of a clip that is learnt from, evenly spaced; an hour of one clip says little more about its class.
MOST_WINDOWS = 10
_AT_A_TIME = 16
# Seconds of sound, and windows, that are answered for at a time.
_ANSWERED, _MOST_ANSWERED = 600.0, 1000


@dataclass(frozen=True)
class SoundReader:
    """Reads clips as waveforms of one sample rate, long ones in windows.

    Args:
        sample_rate: Of clips that are given as arrays, in Hz.
        target_rate: Of the waveforms that it reads, in Hz.

    Raises:
        ValueError: A rate is not above 0.

    Example:
        >>> reader = SoundReader(sample_rate=8000)
        >>> [len(window) / 16000 for window in reader.windows(np.zeros(8000 * 70))]
        [30.0, 30.0, 10.0]
    """

    sample_rate: int = SAMPLE_RATE
    target_rate: int = SAMPLE_RATE
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4), repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("sample_rate", "target_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0 Hz")

    def windows(self, sound: Any) -> Iterator[Floats]:
        """Yield a clip in windows of half a minute; a shorter one whole, an empty one as no samples.

        Args:
            sound: The path of a file, or an array in any form that `as_waveform` takes.

        Raises:
            AudioDecodeError: A file is missing, damaged, or not a sound.
            ValueError: An array holds no real numbers.
        """
        first = True
        for window in self._cut(sound):
            if first or len(window) >= LEAST_SECONDS * self.target_rate:
                yield window
            first = False
        if first:
            yield np.zeros(0, np.float32)

    def window_parts(self, sounds: Sequence[Any]) -> Iterator[tuple[list[int], list[Floats]]]:
        """Yield the windows of all clips, some minutes at a time, and the number of each one's clip; see `windows`."""
        owners: list[int] = []
        windows: list[Floats] = []
        samples = 0
        for number, sound in enumerate(sounds):
            for window in self.windows(sound):
                owners.append(number)
                windows.append(window)
                samples += len(window)
                if samples >= _ANSWERED * self.target_rate or len(windows) >= _MOST_ANSWERED:
                    yield owners, windows
                    owners, windows, samples = [], [], 0
        if windows:
            yield owners, windows

    def to_learn(self, sound: Any) -> list[Floats]:
        """Return windows of a clip to learn from, at most ten, evenly spaced; see `windows`."""
        if isinstance(sound, str | PathLike):
            spaced = sound_windows(Path(sound), WINDOW_SECONDS, MOST_WINDOWS, self.target_rate)
            if spaced is not None:
                return spaced
        taken: list[Floats] = []
        step = 1
        for number, window in enumerate(self.windows(sound)):
            if number % step == 0:
                taken.append(window)
                if len(taken) > MOST_WINDOWS:
                    # However long it turns out to be, what is kept stays evenly spaced.
                    taken, step = taken[::2], 2 * step
        return taken

    def read_to_learn(self, sounds: Sequence[Any]) -> Iterator[list[Floats] | ValueError]:
        """Yield the windows of each clip in turn, or the error that reading it ended with; some are read ahead."""
        for first in range(0, len(sounds), _AT_A_TIME):
            yield from self._pool.map(self._tried, sounds[first : first + _AT_A_TIME])

    def _tried(self, sound: Any) -> list[Floats] | ValueError:
        try:
            return self.to_learn(sound)
        except ValueError as error:
            return error

    def _cut(self, sound: Any) -> Iterator[Floats]:
        if isinstance(sound, str | PathLike):
            yield from sound_blocks(Path(sound), WINDOW_SECONDS, self.target_rate)
            return
        waveform = change_rate(as_waveform(sound), self.sample_rate, self.target_rate)
        size = round(WINDOW_SECONDS * self.target_rate)
        for begin in range(0, len(waveform), size):
            yield waveform[begin : begin + size]


def sound_list(sounds: Sequence[Any]) -> list[Any]:
    """Return clips as a list.

    Args:
        sounds: Paths of files, or waveforms.

    Raises:
        ValueError: It is a single path or waveform, or there is none.

    Example:
        >>> len(sound_list(np.zeros((3, 16000))))
        3
    """
    if isinstance(sounds, str | PathLike):
        raise ValueError(f"X is the single path {str(sounds)!r}; give a list of paths or of waveforms")
    found = list(sounds)
    if not found:
        raise ValueError("X holds no clip")
    if all(np.ndim(sound) == 0 and not isinstance(sound, str | PathLike) for sound in found):
        raise ValueError("X is a single waveform; give a list of paths or of waveforms")
    return found
