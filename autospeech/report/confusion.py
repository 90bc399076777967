"""Which classes are taken for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix

SHADES = 8
MOST_PAIRS = 12


@dataclass(frozen=True)
class Confusion:
    """Clips by true class (rows) and by the class that they were taken for (columns).

    Args:
        counts: `(classes, classes)`.

    Example:
        >>> confusion = Confusion.of(np.eye(2, dtype=bool)[[0, 0, 1]], np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]]))
        >>> confusion.counts.tolist(), confusion.pairs
        ([[1, 1], [0, 1]], [(0, 1, 1)])
    """

    counts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, truth: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float64]) -> Confusion:
        """Count the clips, each of one class.

        Args:
            truth: Whether a clip has a class, `(clips, classes)`.
            probabilities: What was said, `(clips, classes)`.
        """
        classes = np.arange(truth.shape[1])
        return cls(confusion_matrix(truth.argmax(axis=1), probabilities.argmax(axis=1), labels=classes))

    @property
    def shades(self) -> npt.NDArray[np.intp]:
        """How dark each cell is by its share of the row, 0 for none and 8 for all."""
        totals = np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        return np.where(self.counts > 0, 1 + (SHADES - 1) * self.counts // totals, 0)

    @property
    def pairs(self) -> list[tuple[int, int, int]]:
        """What is confused most: true class, class that it was taken for, clips; the most clips first."""
        wrong = self.counts.copy()
        np.fill_diagonal(wrong, 0)
        order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_PAIRS]
        found = [(int(index) // len(wrong), int(index) % len(wrong)) for index in order]
        return [(row, column, int(wrong[row, column])) for row, column in found if wrong[row, column]]
