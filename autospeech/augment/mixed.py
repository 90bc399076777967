"""What the augmentations that mix two clips share: which clips, and what becomes of their labels."""

from __future__ import annotations

from typing import Any

from keras import ops


def pairs_of(batch: int, name: str) -> int:
    """Return how many pairs a batch makes.

    Raises:
        ValueError: The batch is odd.
    """
    if isinstance(batch, int) and batch % 2:
        raise ValueError(f"{name} pairs the halves of a batch, which must be even, not {batch} clips")
    return batch // 2


def halves(values: Any) -> tuple[Any, Any]:
    """Return the first and the second half of a batch."""
    pairs = ops.shape(values)[0] // 2
    return values[:pairs], values[pairs:]


def mixed_labels(labels: Any, share: Any) -> Any:
    """Mix the labels of each pair.

    Args:
        labels: `(2 * pairs, classes)`.
        share: Of the first clip of each pair, `(pairs,)`.

    Returns:
        Labels `(pairs, classes)`.

    Example:
        >>> import numpy as np
        >>> np.asarray(mixed_labels(np.eye(2, dtype="float32"), np.array([0.75], "float32"))).tolist()
        [[0.75, 0.25]]
    """
    labels = ops.convert_to_tensor(labels)
    first, second = halves(labels)
    share = ops.expand_dims(ops.cast(share, labels.dtype), -1)
    return share * first + (1 - share) * second
