"""As much to learn from as memory and time allow."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.open_sound import AudioDecodeError
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
from autospeech.datasets.splitting import rarest_label, spread_order

# Of each class, however little time there is: to learn from and to judge by.
_LEAST = 2


@dataclass(frozen=True)
class TrainingSounds:
    """Labelled clips that were read, long ones as several windows.

    Args:
        clips: The windows, with the labels of their clips. Grouped where groups are known or a clip has several.
        owners: The clip of each window, by its number in the list that was given, `(windows,)`.
        errors: One for each file that could not be read.
        left_out: How many clips were not looked at, for want of memory or time.
        sample_rate: Of the windows, in Hz.

    Example:
        >>> noise = np.random.default_rng(0).normal(scale=0.1, size=(3, 16000 * 45))
        >>> found = TrainingSounds.read(list(noise), np.eye(2)[[0, 1, 0]], reader=SoundReader())
        >>> found.owners.tolist(), found.clips.groups.tolist()
        ([0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2])
    """

    clips: LabelledClips
    owners: npt.NDArray[np.intp]
    errors: list[str]
    left_out: int
    sample_rate: int = SAMPLE_RATE

    @property
    def hours(self) -> float:
        """How much sound it is."""
        return sum(map(len, self.clips.clips)) / self.sample_rate / 3600

    def seconds_of(self, clips: int) -> npt.NDArray[np.float64]:
        """Return how much of each of so many clips was read, `(clips,)`; NaN for those that were not."""
        seconds = np.full(clips, np.nan)
        seconds[np.unique(self.owners)] = 0
        np.add.at(seconds, self.owners, [len(window) / self.sample_rate for window in self.clips.clips])
        return seconds

    def of_clips(self, answers: npt.NDArray[np.float64] | None, clips: int) -> npt.NDArray[np.float64]:
        """Return the mean of the windows' answers for each of so many clips, `(clips, classes)`; NaN without one."""
        total, seen = np.zeros((clips, self.clips.class_num)), np.zeros((clips, 1))
        if answers is not None:
            known = ~np.isnan(answers).any(axis=1)
            np.add.at(total, self.owners[known], answers[known])
            np.add.at(seen, self.owners[known], 1)
        return np.where(seen > 0, total / np.maximum(seen, 1), np.nan)

    @classmethod
    def read(
        cls,
        sounds: Sequence[Any],
        labels: npt.NDArray[Any],
        groups: Sequence[Hashable] | None = None,
        *,
        reader: SoundReader,
        most_seconds: float = np.inf,
        clock: Clock | None = None,
        max_bad: float = 0.1,
        seed: int = 0,
        multi_label: bool | None = None,
    ) -> TrainingSounds:
        """Read clips in an order whose first part holds each class in proportion, until memory or time is used up.

        Args:
            sounds: Clips as `sound_list` returns them.
            labels: 0 or 1, `(clips, classes)`.
            groups: Of each clip, where known.
            reader: Reads them.
            most_seconds: Of sound that may be kept; but two clips of each class are read in any case.
            clock: When to stop, likewise.
            max_bad: Share of the files that may be unreadable.
            seed: Of the order.
            multi_label: See `LabelledClips`.

        Raises:
            ValueError: An array is no waveform, too many files cannot be read, or what was read has less than two
                classes.
        """
        order = spread_order(rarest_label(labels > 0), seed).tolist()
        found: dict[int, list[npt.NDArray[np.float32]]] = {}
        errors: list[str] = []
        samples, heard, readable = 0, np.zeros(labels.shape[1]), labels.sum(axis=0)
        for number, windows in zip(order, reader.read_to_learn([sounds[place] for place in order]), strict=True):
            if isinstance(windows, ValueError):
                if not isinstance(windows, AudioDecodeError):
                    raise ValueError(f"clip {number}: {windows}") from windows
                errors.append(str(windows))
                readable = readable - labels[number]
                if len(errors) > max_bad * len(sounds):
                    raise ValueError(
                        f"at least {len(errors)} of {len(sounds)} files cannot be read, more than max_bad={max_bad:g} "
                        f"allows; the first: {errors[0]}"
                    ) from windows
                continue
            found[number] = windows
            samples += sum(map(len, windows))
            heard += labels[number]
            full = samples >= most_seconds * reader.target_rate or (clock is not None and not clock.fits(0))
            if full and np.all(heard >= np.minimum(readable, _LEAST)):
                break
        if np.count_nonzero(heard) < 2:
            raise ValueError(
                f"the clips that could be read are of {np.count_nonzero(heard)} class; at least two are needed"
            )
        # In the order given, so that the same clips are the same task however they were drawn.
        chosen = sorted(found)
        owners = np.array([number for number in chosen for _ in found[number]], np.intp)
        numbers = np.arange(len(sounds))
        if groups is not None:
            numbers = np.unique([repr(group) for group in groups], return_inverse=True)[1]
        together = groups is not None or len(owners) > len(chosen)
        clips = LabelledClips(
            [window for number in chosen for window in found[number]],
            labels[owners],
            numbers[owners] if together else None,
            multi_label,
        )
        return cls(clips, owners, errors, len(sounds) - len(chosen) - len(errors), reader.target_rate)
