"""Fusion: the probabilities of several models in, those of all together out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.fusion.dempster_shafer import dempster_shafer, improved_dempster_shafer
from autospeech.fusion.weighted_average import greedy_weights, slsqp_weights, weighted_average

FUSIONS: dict[str, Callable[[Any], npt.NDArray[np.float64]]] = {
    "weighted_average": weighted_average,
    "dempster_shafer": dempster_shafer,
    "improved_dempster_shafer": improved_dempster_shafer,
}
# How the weights of an average are chosen on validation clips.
WEIGHTINGS: dict[str, Callable[..., npt.NDArray[np.float64]]] = {"greedy": greedy_weights, "slsqp": slsqp_weights}


def find_fusion(name: str) -> Callable[[Any], npt.NDArray[np.float64]]:
    """Return the fusion of a name.

    Args:
        name: One of `FUSIONS`.

    Returns:
        A function of probabilities `(models, clips, classes)` that returns those of all models, `(clips, classes)`.

    Raises:
        ValueError: There is none of that name; the message names those there are.

    Example:
        >>> find_fusion("weighted_average")([[[0.2, 0.8]], [[0.4, 0.6]]]).round(2).tolist()
        [[0.3, 0.7]]
    """
    if name not in FUSIONS:
        raise ValueError(f"there is no fusion {name!r}; choose one of: {', '.join(FUSIONS)}")
    return FUSIONS[name]
