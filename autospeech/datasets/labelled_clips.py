"""Clips and what is heard in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autospeech.datasets.dataset_error import DatasetError


@dataclass(frozen=True, eq=False)
class LabelledClips:
    """Waveforms with one row of labels each.

    Args:
        clips: Waveforms of shape `(samples,)`, any length, mono, -1..1.
        labels: 0 or 1 of shape `(clips, classes)`; a row may hold several ones, or none.
        groups: The number of each clip's group (speaker, recording), `(clips,)`, which folds keep apart; None where
            unknown.
        multi_label: Whether a clip may have several labels, or none; None for what these labels show.

    Raises:
        DatasetError: The labels are not a 0/1 matrix with a row for each clip, a clip is not 1-D, or there are not as
            many groups.

    Example:
        >>> several = LabelledClips([np.zeros(3), np.ones(5)], np.array([[1, 0], [1, 1]]))
        >>> len(several), several.is_multilabel, several.subset([0]).is_multilabel
        (2, True, False)
    """

    clips: list[npt.NDArray[np.float32]]
    labels: npt.NDArray[np.float32]
    groups: npt.NDArray[np.intp] | None = None
    multi_label: bool | None = None

    def __post_init__(self) -> None:
        labels = np.asarray(self.labels, dtype=np.float32)
        if labels.ndim != 2 or labels.shape[1] == 0:
            raise DatasetError(f"labels have the shape {labels.shape}; they must be (clips, classes)")
        if len(labels) != len(self.clips):
            raise DatasetError(f"{len(labels)} rows of labels for {len(self.clips)} clips; each clip needs one row")
        wrong = np.argwhere((labels != 0) & (labels != 1))
        if len(wrong):
            row, column = (int(index) for index in wrong[0])
            raise DatasetError(f"label {labels[row, column]} in row {row}, column {column}; labels are 0 or 1")
        for index, clip in enumerate(self.clips):
            if np.ndim(clip) != 1:
                raise DatasetError(f"clip {index} has the shape {np.shape(clip)}; a clip must be (samples,)")
        if self.groups is not None and np.shape(self.groups) != (len(labels),):
            raise DatasetError(f"groups have the shape {np.shape(self.groups)}; {len(labels)} clips need one each")
        object.__setattr__(self, "clips", list(self.clips))
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def class_num(self) -> int:
        """Number of classes."""
        return int(self.labels.shape[1])

    @property
    def is_multilabel(self) -> bool:
        """Whether a clip may have several labels, or none; where that is not said, whether some clip has."""
        if self.multi_label is not None:
            return self.multi_label
        return bool(np.any(self.labels.sum(axis=1) != 1))

    def subset(self, indices: Sequence[int] | npt.NDArray[np.intp]) -> LabelledClips:
        """Take some clips with their labels, in the order given."""
        rows = np.asarray(indices, dtype=np.intp)
        groups = None if self.groups is None else self.groups[rows]
        return LabelledClips([self.clips[row] for row in rows], self.labels[rows], groups, self.multi_label)
