"""Normalisation of frames by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops


def by_largest(frames: Any) -> Any:
    """Divide each frame by its largest magnitude; a frame of zeros stays as it is.

    Args:
        frames: `(..., bins)`.

    Returns:
        The same shape, within -1..1.

    Example:
        >>> np.asarray(by_largest(np.array([[1.0, -4.0], [0.0, 0.0]]))).tolist()
        [[0.25, -1.0], [0.0, 0.0]]
    """
    largest = ops.max(ops.abs(frames), axis=-1, keepdims=True)
    return frames / ops.where(largest < np.finfo(np.float32).tiny, ops.ones_like(largest), largest)
