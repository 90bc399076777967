"""How good a blend is by clips that its weights were not fitted to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from autospeech.schedule.blend import Blend
from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]


def cross_fitted(
    make: Callable[[], Blend],
    judged: Mapping[str, Floats],
    labels: Floats,
    rows: npt.NDArray[np.bool_],
    *,
    parts: int = 4,
    seed: int = 0,
) -> ValidationScore:
    """Score a blend by parts of the clips, each time with weights that were fitted to the other parts.

    On a few dozen clips some weight on a useless member fits better by chance; on clips that the weights have not seen
    it does not.

    Args:
        make: Makes the blend, not yet fitted; its answer for a clip must depend on that clip alone.
        judged: Logits `(clips, classes)` of each member, NaN for clips that it has not judged.
        labels: `(clips, classes)`.
        rows: The clips to score by, `(clips,)`; weights are fitted to all clips of other parts.
        parts: How many, 2 or more.
        seed: Seeds which clip is in which part.

    Returns:
        The score; the worst where there is no clip to score by.

    Example:
        >>> labels = np.eye(2, dtype="float32")[[0, 1] * 20]
        >>> rng = np.random.default_rng(0)
        >>> judged = {"good": 2 * labels - 1, "noise": rng.normal(size=(40, 2)).astype("float32")}
        >>> make = lambda: Blend(dict.fromkeys(judged, 0.5), one_by_one=True)
        >>> cross_fitted(make, judged, labels, np.ones(40, bool)).auc
        1.0

    References:
        Wolpert (1992): Stacked generalization.
    """
    if not rows.any():
        return ValidationScore.worst()
    part = np.random.default_rng(seed).permutation(len(labels)) % parts
    answers = np.zeros(labels.shape)
    for number in np.unique(part[rows]):
        here, others = rows & (part == number), part != number
        blend = make()
        blend.fit({name: logits[others] for name, logits in judged.items()}, labels[others])
        answers[here] = blend.probabilities({name: logits[here] for name, logits in judged.items()})
    return ValidationScore.of(labels[rows], answers[rows])
