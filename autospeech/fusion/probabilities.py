"""What every fusion asks of its input."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def as_probabilities(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Check the probabilities of several models.

    Args:
        probabilities: `(models, clips, classes)`, finite, not below 0.

    Returns:
        The same in double precision.

    Raises:
        ValueError: Another shape, no model, or a value that is no probability.
    """
    values = np.asarray(probabilities, np.float64)
    if values.ndim != 3 or not values.shape[0] or not values.shape[2]:
        raise ValueError(
            f"wanted probabilities (models, clips, classes) of a model or more, not of shape {values.shape}"
        )
    if not np.isfinite(values).all() or (values < 0).any():
        model, clip, label = np.argwhere(~(values >= 0) | ~np.isfinite(values))[0]
        raise ValueError(
            f"model {model} gives clip {clip} for class {label} {values[model, clip, label]}, no probability"
        )
    return values


def normalized(masses: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Bring the classes of each clip to a sum of 1; where all are 0, nothing is known and all become equal."""
    # By the largest first, since a sum of the tiniest numbers has too few digits to divide by.
    largest = masses.max(axis=-1, keepdims=True)
    masses = np.where(largest > 0, masses / np.where(largest > 0, largest, 1), 1)
    return masses / masses.sum(axis=-1, keepdims=True)
