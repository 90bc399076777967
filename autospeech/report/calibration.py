"""Whether what is said with 80 % confidence is right in 80 % of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

BINS = 10


@dataclass(frozen=True)
class Calibration:
    """Answers by their confidence, in ten bins.

    Args:
        counts: Answers in each bin.
        confidence: Their mean confidence; NaN in an empty bin.
        right: The share of them that is right; NaN in an empty bin.

    References:
        Guo et al. (2017): On calibration of modern neural networks.
    """

    counts: npt.NDArray[np.intp]
    confidence: npt.NDArray[np.float64]
    right: npt.NDArray[np.float64]

    @classmethod
    def of(cls, truth: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float64], multi_label: bool) -> Calibration:
        """Sort answers into bins.

        Args:
            truth: Whether a clip has a class, `(clips, classes)`.
            probabilities: What was said, `(clips, classes)`.
            multi_label: Whether each class of each clip is an answer, and not the likeliest class of a clip.

        Example:
            >>> truth = np.eye(2, dtype=bool)[[0, 0, 1, 1]]
            >>> said = np.array([[0.7, 0.3], [0.7, 0.3], [0.3, 0.7], [0.7, 0.3]])
            >>> found = Calibration.of(truth, said, multi_label=False)
            >>> float(found.right[6]), round(found.error, 3)
            (0.75, 0.05)
        """
        if multi_label:
            confidence, hits = probabilities.ravel(), truth.ravel()
        else:
            likeliest = probabilities.argmax(axis=1)
            rows = np.arange(len(likeliest))
            confidence, hits = probabilities[rows, likeliest], truth[rows, likeliest]
        bins = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
        counts = np.bincount(bins, minlength=BINS)
        with np.errstate(invalid="ignore"):
            means = np.bincount(bins, confidence, BINS) / counts
            shares = np.bincount(bins, hits.astype(np.float64), BINS) / counts
        return cls(counts, means, shares)

    @property
    def error(self) -> float:
        """The expected calibration error: how far confidence and truth are apart, averaged over answers; 0..1."""
        apart = np.nan_to_num(np.abs(self.confidence - self.right))
        return float((self.counts * apart).sum() / max(1, self.counts.sum()))

    @property
    def excess(self) -> float:
        """Mean confidence less the share that is right: above 0 when the answers are too sure."""
        return float((self.counts * np.nan_to_num(self.confidence - self.right)).sum() / max(1, self.counts.sum()))
