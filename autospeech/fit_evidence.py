"""What the clips of a fit say of the model, each by states that did not learn from it."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Sequence
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.path_text import path_text
from autospeech.datasets.evidence_warnings import copies_with_different_labels, groups_and_classes, unlike_folds
from autospeech.datasets.same_sounds import connected
from autospeech.datasets.training_sounds import TrainingSounds
from autospeech.training.clip_figures import ClipFigures

_log = logging.getLogger("autospeech")


class FitEvidence:
    """Judges a schedule by the clips that it learns from, out of fold.

    Args:
        read: The clips that were read.
        labels: 0 or 1 for all clips that were given, `(clips, classes)`.
        class_names: One a class.

    Attributes:
        answers: What the schedule said when it was judged last, `(clips, classes)`; NaN for clips that were not judged.
        figures: How good that was; None at first.
        sounds: The sound of each clip, `(clips,)`: copies of one recording share it. It is known when folds are dealt;
            -1 for clips that were not read.
    """

    def __init__(self, read: TrainingSounds, labels: npt.NDArray[np.float32], class_names: Sequence[str]) -> None:
        self._read, self._labels, self._class_names = read, labels, class_names
        self.figures: ClipFigures | None = None
        self._compared, self._comparison = False, None
        self.answers = np.full(labels.shape, np.nan)
        self.sounds = np.full(len(labels), -1)
        self.sounds[read.owners] = read.owners

    def judge(self, schedule: Any) -> bool:
        """Judge the schedule's present answers; return whether the figures are others than before."""
        self.answers = self._read.of_clips(schedule.out_of_fold(), len(self._labels))
        before = self.figures
        self.figures = ClipFigures.of(self._labels, self.answers, self._read.clips.is_multilabel)
        return self.figures != before

    def compare_folds(self, schedule: Any) -> None:
        """Compare random folds with folds by likeness, once there are folds; it takes some tenths of a second."""
        if self._compared or schedule.sounds is None:
            return
        self._compared = True
        try:
            self._comparison = schedule.compare_folds(self._read.clips)
        # A model that took its time must not be lost for a sentence.
        except Exception:
            _log.exception("random folds could not be compared with folds by likeness")

    def warnings(self, schedule: Any, sounds: Sequence[Any], groups: Sequence[Hashable] | None) -> list[str]:
        """Return why the score cannot be trusted, a sentence each.

        Args:
            schedule: After learning.
            sounds: The clips that were given, paths or waveforms.
            groups: The group of each, where known.
        """
        owners = self._read.owners
        if schedule.sounds is not None:
            # Windows that sound the same make their clips the same.
            first = np.full(int(schedule.sounds.max()) + 1, -1)
            first[schedule.sounds[::-1]] = owners[::-1]
            self.sounds[owners] = connected(len(self._labels), np.stack([owners, first[schedule.sounds]], axis=1))[
                owners
            ]
        clips = np.flatnonzero(self.sounds >= 0)
        labels = self._labels[clips] > 0
        names = [
            path_text(sounds[clip]) if isinstance(sounds[clip], str | PathLike) else f"clip {clip}"
            for clip in clips.tolist()
        ]
        found = copies_with_different_labels(labels, self.sounds[clips], names, self._class_names)
        if groups is not None:
            return found + groups_and_classes(labels, [groups[clip] for clip in clips.tolist()], self._class_names)
        if self._comparison is not None and self._comparison.is_wide:
            found.append(unlike_folds(*self._comparison))
        return found
