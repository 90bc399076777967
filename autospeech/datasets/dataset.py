"""A whole task: what to learn from and what to be judged on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autospeech.audio.change_rate import change_rate
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory; all readers return it and all writers take it.

    Args:
        name: Its name, which becomes part of file names.
        train: Clips to learn from.
        test: Clips to be judged on, with their solution.
        label_names: Name of each class; numbers from 0 where none are given.
        sample_rate: Of all clips, in Hz.
        time_budget: Seconds that the data set itself grants, if it does.

    Raises:
        DatasetError: The parts contradict each other.

    Example:
        >>> import numpy as np
        >>> part = LabelledClips([np.zeros(16000), np.zeros(8000)], np.eye(2))
        >>> Dataset("tiny", part, part).label_names
        ('0', '1')
    """

    name: str
    train: LabelledClips
    test: LabelledClips
    label_names: tuple[str, ...] = ()
    sample_rate: int = 16000
    time_budget: float | None = None

    def __post_init__(self) -> None:
        if not self.name or self.name.startswith(".") or any(mark in self.name for mark in "/\\\0\n"):
            raise DatasetError(
                f"{self.name!r} cannot be the name of a data set; it becomes a folder's name, give another"
            )
        classes = self.train.class_num
        if self.test.class_num != classes:
            raise DatasetError(f"{self.name}: {classes} classes in train but {self.test.class_num} in test")
        for part, clips in (("train", self.train), ("test", self.test)):
            if not len(clips):
                raise DatasetError(f"{self.name}: no {part} clips; a data set needs at least one")
        names = tuple(self.label_names) or tuple(str(index) for index in range(classes))
        if len(names) != classes or len(set(names)) != classes:
            raise DatasetError(f"{self.name}: {len(set(names))} different label names for {classes} classes")
        if self.sample_rate <= 0:
            raise DatasetError(f"{self.name}: sample_rate is {self.sample_rate}; it must be above 0 Hz")
        if self.time_budget is not None and not self.time_budget > 0:
            raise DatasetError(f"{self.name}: time_budget is {self.time_budget}; it must be above 0 s")
        object.__setattr__(self, "label_names", names)

    def at(self, sample_rate: int) -> Dataset:
        """Return the data set at another sample rate, in Hz; itself where that is its own."""
        if sample_rate == self.sample_rate:
            return self
        train, test = (
            replace(part, clips=[change_rate(clip, self.sample_rate, sample_rate) for clip in part.clips])
            for part in (self.train, self.test)
        )
        return replace(self, train=train, test=test, sample_rate=sample_rate)

    @property
    def hours(self) -> float:
        """Length of all clips together, in hours."""
        return sum(len(clip) for part in (self.train, self.test) for clip in part.clips) / self.sample_rate / 3600
