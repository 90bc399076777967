"""How good answers are, in a line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def figures_of(labels: npt.NDArray[np.float32], answers: npt.NDArray[np.float64], multi_label: bool) -> str:
    """Return accuracy and NAUC of the clips that were judged.

    Args:
        labels: 0 or 1, `(clips, classes)`.
        answers: Probabilities, `(clips, classes)`; NaN for clips that were not judged.
        multi_label: Whether clips may have several labels; then each label counts by itself.

    Raises:
        ValueError: A clip has several labels or none where it must have one.

    Example:
        >>> figures_of(np.eye(2)[[0, 1, 1]], np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), False)
        'accuracy 66.7 %, NAUC 1.0000, 3 clips'
    """
    from autospeech.training.clip_figures import ClipFigures

    judged = ~np.isnan(answers).any(axis=1)
    if not multi_label and not (labels[judged].sum(axis=1) == 1).all():
        raise ValueError("some clips have several labels or none, but the model knows one a clip")
    figures = ClipFigures.of(labels, answers, multi_label)
    return f"{figures}, {figures.clips} clips" if figures.clips else "no clip was judged"
