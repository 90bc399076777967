"""What coefficients of all filterbanks are made with: the cosine transform, and derivatives over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from keras import ops
from scipy import fft, signal

DELTA_WIDTH = 9


def cosine_transform(bins: int, coefficients: int) -> npt.NDArray[np.float32]:
    """Return the matrix `(bins, coefficients)` of the orthonormal discrete cosine transform of type II.

    Args:
        bins: How many values are transformed.
        coefficients: How many of the first coefficients are kept.

    Raises:
        ValueError: There are not so many coefficients.

    Example:
        >>> cosine_transform(4, 2).round(2).tolist()
        [[0.5, 0.6499...], [0.5, 0.27...], [0.5, -0.27...], [0.5, -0.6499...]]
    """
    if not 1 <= coefficients <= bins:
        raise ValueError(f"of {bins} bins there are 1 to {bins} coefficients, not {coefficients}")
    return fft.dct(np.eye(bins), axis=1, norm="ortho")[:, :coefficients].astype(np.float32)


def check_deltas(deltas: int) -> None:
    """Raise ValueError where there is no such highest order of derivatives."""
    if deltas not in (0, 1, 2):
        raise ValueError(f"deltas must be 0, 1 or 2, not {deltas}")


def with_deltas(coefficients: Any, deltas: int) -> Any:
    """Return coefficients and their derivatives side by side.

    The derivative of order k at a frame is that of the polynomial of degree k through it and the four frames on each
    side; beyond a clip's ends its outermost frame is repeated.

    Args:
        coefficients: `(batch, frames, bins)`.
        deltas: Highest order, 0 to 2.

    Returns:
        `(batch, frames, bins * (1 + deltas))`.

    References:
        Savitzky, Golay (1964): Smoothing and differentiation of data by simplified least squares procedures.
    """
    half = DELTA_WIDTH // 2
    ends = [ops.repeat(end, half, axis=1) for end in (coefficients[:, :1], coefficients[:, -1:])]
    padded = ops.concatenate([ends[0], coefficients, ends[1]], axis=1)
    parts = [coefficients]
    for order in range(1, deltas + 1):
        taps = signal.savgol_coeffs(DELTA_WIDTH, order, deriv=order, use="dot").astype(np.float32)
        last = DELTA_WIDTH - 1
        parts.append(sum(tap * padded[:, place : (place - last) or None] for place, tap in enumerate(taps)))
    return ops.concatenate(parts, axis=-1)
