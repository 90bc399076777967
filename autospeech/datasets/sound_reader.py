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

from autospeech.audio.change_rate import change_rate, fault_of_rate
from autospeech.audio.sound_blocks import sound_blocks
from autospeech.audio.sound_windows import sound_windows
from autospeech.audio.waveform import as_waveform
from autospeech.datasets.rated_samples import RatedSamples
from autospeech.datasets.stored_sound import StoredSound

Floats = npt.NDArray[np.float32]

SAMPLE_RATE = 16000
# Longer clips are heard in windows of this length, and answered for by the mean over these.
WINDOW_SECONDS = 30.0
# What is left over at the end of a long clip is too little to judge it by when it is shorter.
LEAST_SECONDS = 3.0
# Of a clip that is learnt from, evenly spaced; an hour of one clip says little more about its class.
MOST_WINDOWS = 10
_AT_A_TIME = 16


@dataclass(frozen=True)
class SoundReader:
    """Reads clips as waveforms of one sample rate, long ones in windows.

    Args:
        sample_rate: Of clips that are given as arrays without a rate of their own, in Hz.
        target_rate: Of the waveforms that it reads, in Hz.

    Raises:
        ValueError: A rate is not from 100 to 10,000,000.

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
            if fault := fault_of_rate(getattr(self, name)):
                raise ValueError(f"{name}: {fault}")

    def windows(self, sound: Any) -> Iterator[Floats]:
        """Yield a clip in windows of half a minute; a shorter one whole, an empty one as no samples.

        Args:
            sound: The path of a file, an array in any form that `as_waveform` takes, or what `sound_list` has made of a
                clip.

        Raises:
            AudioDecodeError: A file is missing, damaged, or not a sound.
            ValueError: An array holds no real numbers, or is too long for its low rate.
        """
        if isinstance(sound, StoredSound):
            with sound.at_path() as path:
                yield from self.windows(path)
            return
        first = True
        for window in self._cut(sound):
            if first or len(window) >= LEAST_SECONDS * self.target_rate:
                yield window
            first = False
        if first:
            yield np.zeros(0, np.float32)

    def to_learn(self, sound: Any) -> list[Floats]:
        """Return windows of a clip to learn from, at most ten, evenly spaced; see `windows`."""
        if isinstance(sound, StoredSound):
            with sound.at_path() as path:
                return self.to_learn(path)
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
        rate, samples = self.sample_rate, sound
        if isinstance(sound, RatedSamples):
            rate, samples = sound.sample_rate, sound.samples
        waveform = change_rate(as_waveform(samples), rate, self.target_rate)
        size = round(WINDOW_SECONDS * self.target_rate)
        for begin in range(0, len(waveform), size):
            yield waveform[begin : begin + size]
