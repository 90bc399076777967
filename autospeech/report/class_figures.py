"""How well each class is told from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

THRESHOLD = 0.5


@dataclass(frozen=True)
class ClassFigures:
    """The answers of one class.

    Args:
        clips: How many have it.
        said: How many were said to have it.
        right: How many of these do.
        auc: Area under the ROC curve; None where all clips have it, or none.
        judged: How many clips were judged.
    """

    clips: int
    said: int
    right: int
    auc: float | None
    judged: int

    @property
    def precision(self) -> float | None:
        """Share of what was said that is right; None where it was never said."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """Share of its clips that were found; None where there are none."""
        return self.right / self.clips if self.clips else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None where there is nothing to find and nothing was said."""
        return 2 * self.right / (self.said + self.clips) if self.said + self.clips else None

    @property
    def false_alarms(self) -> int:
        """How many were said to have it and do not."""
        return self.said - self.right

    @property
    def missed(self) -> int:
        """How many have it and were not said to."""
        return self.clips - self.right

    @property
    def passed(self) -> int:
        """How many neither have it nor were said to."""
        return self.judged - self.clips - self.false_alarms


def answers(probabilities: npt.NDArray[np.float64], multi_label: bool) -> npt.NDArray[np.bool_]:
    """Return which classes the clips are said to have, `(clips, classes)`.

    Args:
        probabilities: `(clips, classes)`.
        multi_label: Whether all classes of at least 0.5 are meant, and not the likeliest alone.

    Example:
        >>> answers(np.array([[0.2, 0.4, 0.4]]), multi_label=False).tolist()
        [[False, True, False]]
    """
    if multi_label:
        return probabilities >= THRESHOLD
    said = np.zeros(probabilities.shape, bool)
    said[np.arange(len(said)), probabilities.argmax(axis=1)] = True
    return said


def class_figures(
    truth: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float64], multi_label: bool
) -> list[ClassFigures]:
    """Judge the answers class by class.

    Args:
        truth: Whether a clip has a class, `(clips, classes)`.
        probabilities: What was said, `(clips, classes)`.
        multi_label: Whether a clip may have several classes, or none.

    Returns:
        The figures of each class.

    Example:
        >>> truth = np.eye(2, dtype=bool)[[0, 0, 1]]
        >>> figures = class_figures(truth, np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]]), multi_label=False)
        >>> [(one.clips, one.said, one.right, one.auc) for one in figures]
        [(2, 1, 1, 1.0), (1, 2, 1, 1.0)]
    """
    said = answers(probabilities, multi_label)
    return [
        ClassFigures(
            clips=int(has.sum()),
            said=int(claimed.sum()),
            right=int((has & claimed).sum()),
            auc=float(roc_auc_score(has, scores)) if has.any() and not has.all() else None,
            judged=len(has),
        )
        for has, claimed, scores in zip(truth.T, said.T, probabilities.T, strict=True)
    ]


def nauc(figures: list[ClassFigures]) -> float | None:
    """Return 2 * AUC - 1 of the mean over the classes that have an AUC; None where none has."""
    areas = [one.auc for one in figures if one.auc is not None]
    return 2 * float(np.mean(areas)) - 1 if areas else None


def accuracy(truth: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float64], multi_label: bool) -> float | None:
    """Return the share of clips whose answer is right in all classes; None without clips."""
    if not len(truth):
        return None
    return float((truth == answers(probabilities, multi_label)).all(axis=1).mean())
