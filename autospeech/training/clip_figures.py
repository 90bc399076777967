"""Accuracy and NAUC of answers for clips, as people are told them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from autospeech.training.validation_score import ValidationScore


class ClipFigures(NamedTuple):
    """How good answers are.

    Args:
        accuracy: Share of the clips whose likeliest class is right; where clips may have several labels, share of all
            labels of all clips that are rightly said or not said. NaN where no clip was judged.
        nauc: 2*AUC-1, the mean over classes; NaN where no class has both clips with it and clips without.
        clips: How many were judged.
        multi_label: Whether clips may have several labels.

    Example:
        >>> print(ClipFigures.of(np.eye(2)[[0, 1, 1]], np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), False))
        accuracy 66.7 %, NAUC 1.0000
    """

    accuracy: float
    nauc: float
    clips: int
    multi_label: bool

    @classmethod
    def of(cls, labels: npt.NDArray[np.float32], answers: npt.NDArray[np.float64], multi_label: bool) -> ClipFigures:
        """Judge answers.

        Args:
            labels: 0 or 1, `(clips, classes)`.
            answers: Probabilities, `(clips, classes)`; NaN for clips that were not judged.
            multi_label: Whether clips may have several labels.
        """
        judged = ~np.isnan(answers).any(axis=1)
        if not judged.any():
            return cls(math.nan, math.nan, 0, multi_label)
        labels, answers = labels[judged], answers[judged]
        if multi_label:
            accuracy = float(np.mean((answers >= 0.5) == (labels > 0)))
        else:
            accuracy = float(np.mean(answers.argmax(axis=1) == labels.argmax(axis=1)))
        share = labels.mean(axis=0)
        told = bool(((share > 0) & (share < 1)).any())
        nauc = 2 * ValidationScore.of(labels, answers).auc - 1 if told else math.nan
        return cls(accuracy, nauc, len(labels), multi_label)

    def __str__(self) -> str:
        what = "labels right" if self.multi_label else "accuracy"
        nauc = "-" if math.isnan(self.nauc) else f"{self.nauc:.4f}"
        return f"{what} {100 * self.accuracy:.1f} %, NAUC {nauc}"
