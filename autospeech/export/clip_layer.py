"""What all layers of the exported model share."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

Floats = npt.NDArray[np.float32]


class ClipLayer(keras.layers.Layer):
    """A step on the way from the waveform of one clip to its class probabilities.

    Everything is for a single clip, in single precision whatever the policy, and made of operations that LiteRT and
    ONNX have. The first axis is the clip, of length 1.

    Args:
        **kwargs: As for `keras.layers.Layer`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)


def number(count: Any) -> Any:
    """Return a whole number of the graph as float32."""
    return ops.cast(count, "float32")


def positions(count: Any) -> Any:
    """Return 0 to `count - 1`, int32."""
    return ops.arange(count, dtype="int32")


def later(values: Any, lag: int) -> Any:
    """Return rows `(frames, numbers)` some frames later; 0 beyond the end."""
    # The zeros come first: a slice of no rows at all is more than some runtimes can take.
    return ops.concatenate([values, ops.zeros((lag, values.shape[1]), "float32")], axis=0)[lag:]


def in_segments(count: Any, segments: int) -> tuple[Any, Any]:
    """Cut a clip into equal segments, as `numpy.add.reduceat` sums them.

    Args:
        count: Frames of the clip; where it has fewer than segments, some segments share a frame.
        segments: How many.

    Returns:
        Which frames each segment has, `(segments, frames)` of 0 and 1, and their numbers, `(segments, 1)`.
    """
    edges = ops.floor_divide(ops.arange(segments + 1, dtype="int32") * count, segments)
    begins = ops.minimum(edges[:-1], count - 1)
    ends = ops.maximum(ops.concatenate([begins[1:], edges[-1:]], axis=0), begins + 1)
    place = positions(count)[None]
    inside = ops.logical_and(place >= begins[:, None], place < ends[:, None])
    return number(inside), number(ops.maximum(edges[1:] - edges[:-1], 1))[:, None]


def fourier(window: npt.NDArray[np.floating], length: int) -> Floats:
    """Return what rows are multiplied by for the Fourier transform of so many points of what a window shows of them.

    Args:
        window: `(samples,)`.
        length: Of the transform; rows are filled up with zeros to it.

    Returns:
        Real parts, then imaginary parts, `(samples, 2 * (length // 2 + 1))`.

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(3, 8)).astype("float32")
        >>> both, right = rows @ fourier(np.ones(8), 10), np.fft.rfft(rows, 10)
        >>> np.allclose(both, np.concatenate([right.real, right.imag], axis=1), atol=1e-5)
        True
    """
    turns = np.outer(np.arange(len(window)), np.arange(length // 2 + 1)) % length
    angle = 2 * np.pi * turns / length
    waves = np.concatenate([np.cos(angle), -np.sin(angle)], axis=1)
    return (window.astype(np.float64)[:, None] * waves).astype(np.float32)


def overlapping(samples: Any, hop: int) -> Any:
    """Cut `(samples,)`, two hops or more, into frames of two hops, one each hop, `(frames, 2 * hop)`."""
    blocks = ops.reshape(samples, (-1, hop))
    return ops.concatenate([blocks[:-1], blocks[1:]], axis=1)
