"""What was said with most confidence and is wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Mistake:
    """A clip that was judged wrongly.

    Args:
        clip: Its index among the judged clips.
        label: The class that was said wrongly, or was missed.
        missed: Whether the class is true and was not said.
        confidence: Of the wrong answer, 0..1.
        likeliest: Indices of the classes of highest probability, the highest first, at most three.
    """

    clip: int
    label: int
    missed: bool
    confidence: float
    likeliest: tuple[int, ...]


def mistakes(truth: npt.NDArray[np.bool_], probabilities: npt.NDArray[np.float64], multi_label: bool) -> list[Mistake]:
    """Find the clips that were judged wrongly.

    Args:
        truth: Whether a clip has a class, `(clips, classes)`.
        probabilities: What was said, `(clips, classes)`.
        multi_label: Whether a clip may have several classes, or none; then the worst answer of each clip counts.

    Returns:
        The mistakes, the most confident first.

    Example:
        >>> found = mistakes(np.eye(2, dtype=bool)[[0, 1, 1]], np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2]]), False)
        >>> [(one.clip, one.label, one.confidence) for one in found]
        [(2, 0, 0.8), (1, 0, 0.6)]
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :3]
    if multi_label:
        said = probabilities >= 0.5
        wrong = np.where(said != truth, np.where(said, probabilities, 1 - probabilities), -1.0)
        labels = wrong.argmax(axis=1)
    else:
        labels = probabilities.argmax(axis=1)
        wrong = np.where(truth, -1.0, probabilities)
    found = [
        Mistake(clip, int(label), bool(truth[clip, label]), float(wrong[clip, label]), tuple(map(int, order[clip])))
        for clip, label in enumerate(labels)
        if wrong[clip, label] >= 0
    ]
    return sorted(found, key=lambda one: -one.confidence)
