"""Read a prediction that the submission's process sent, and see that it is a finite matrix of the right shape."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from submission_fault import SubmissionFaultError


def announced_size(message: dict[str, Any], wanted: tuple[int, int]) -> int:
    """Judge a prediction by the message that announces it.

    Args:
        message: With its `shape`, its `dtype` and its number of `bytes`, as `.npy`.
        wanted: `(test clips, classes)`.

    Returns:
        Number of bytes that follow.

    Raises:
        SubmissionFaultError: It announces something else than such a matrix of real numbers.
    """
    try:
        shape = tuple(int(size) for size in message["shape"])
        dtype = np.dtype(message["dtype"])
        size = int(message["bytes"])
    except Exception:  # whatever a stranger's message makes NumPy stumble over
        raise SubmissionFaultError("the submission's process announced a prediction that is no array") from None
    _check_shape(shape, dtype, wanted)
    if not 0 <= size <= dtype.itemsize * wanted[0] * wanted[1] + 1000:
        raise SubmissionFaultError(f"the submission's process announced a prediction of {str(size)[:20]} bytes")
    return size


def read_prediction(data: bytes, wanted: tuple[int, int]) -> np.ndarray:
    """Read a prediction.

    Args:
        data: As `.npy`.
        wanted: `(test clips, classes)`.

    Returns:
        Float64 array of that shape.

    Raises:
        SubmissionFaultError: It is no array, has another shape, or a value is NaN or infinite.
    """
    try:
        prediction = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except Exception:  # its header is parsed as Python, and may say any size
        raise SubmissionFaultError("the submission's process sent a prediction that is no array") from None
    _check_shape(prediction.shape, prediction.dtype, wanted)
    return _check_finite(prediction)


def _check_shape(shape: tuple[int, ...], dtype: np.dtype[Any], wanted: tuple[int, int]) -> None:
    if dtype.kind not in "biuf":
        raise SubmissionFaultError(f"the submission's prediction holds {dtype.name}, not real numbers")
    if shape != wanted:
        raise SubmissionFaultError(
            f"the submission's prediction has the shape {str(shape)[:100]}; {wanted} is needed (test clips, classes)"
        )


def _check_finite(prediction: np.ndarray) -> np.ndarray:
    prediction = prediction.astype(np.float64)
    bad = int((~np.isfinite(prediction)).sum())
    if bad:
        nans = int(np.isnan(prediction).sum())
        raise SubmissionFaultError(
            f"the submission's prediction holds {nans} NaN and {bad - nans} infinite of {prediction.size} values"
        )
    return prediction
