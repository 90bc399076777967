"""At which length to cut clips that are too much together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def even_crop(lengths: npt.NDArray[np.intp], most: int) -> float:
    """Return the length at which to crop clips so that all together have at most so many samples.

    Args:
        lengths: Of the clips.
        most: What they may have together.

    Returns:
        The length; infinite where nothing need be cut.

    Example:
        >>> even_crop(np.array([2, 10, 20]), 16)
        7.0
    """
    if lengths.sum() <= most:
        return np.inf
    ordered = np.sort(lengths)
    before = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    # With the first k clips whole and all others cropped at x: before[k] + (n - k) x = most.
    crops = (most - before) / np.arange(len(ordered), 0, -1)
    return float(crops[np.argmax(crops <= ordered)])
