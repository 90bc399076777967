"""Bands of frames or bins, a few for each clip of a batch."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Bands = tuple[Any, Any]


def draw_bands(batch: int, many: int, length: int, widest: Any, seeds: keras.random.SeedGenerator) -> Bands:
    """Draw where bands begin and how wide they are.

    Args:
        batch: Clips.
        many: Bands a clip.
        length: Frames or bins.
        widest: The widest band, a number or `(batch,)`; all widths from 0 on are drawn alike, up to `length`.
        seeds: The source of randomness.

    Returns:
        First places and widths, two times `(batch, many)`, integer.
    """
    widest = ops.minimum(ops.floor(ops.reshape(ops.cast(widest, "float32"), (-1, 1))), length)
    widths = ops.floor(keras.random.uniform((batch, many), seed=seeds) * (widest + 1))
    starts = ops.floor(keras.random.uniform((batch, many), seed=seeds) * (length - widths + 1))
    return ops.cast(starts, "int32"), ops.cast(widths, "int32")


def in_bands(bands: Bands, length: int) -> Any:
    """Tell which places are in a band.

    Args:
        bands: As drawn.
        length: Frames or bins.

    Returns:
        Booleans `(batch, length)`.

    Example:
        >>> import numpy as np
        >>> np.asarray(in_bands((np.array([[1, 3]]), np.array([[1, 9]])), 5)).tolist()
        [[False, True, False, True, True]]
    """
    starts, widths = (ops.expand_dims(ops.cast(part, "int32"), -1) for part in bands)
    places = ops.reshape(ops.arange(length, dtype="int32"), (1, 1, -1))
    return ops.any(ops.logical_and(places >= starts, places < starts + widths), axis=1)
