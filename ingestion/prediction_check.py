"""See that a prediction is a finite matrix of the right shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from submission_fault import SubmissionFaultError

# NumPy's names of the types of real numbers.
_NUMBERS = {np.dtype(code).name for code in ("?", *np.typecodes["AllInteger"], *np.typecodes["Float"])}


def announced_dtype(message: dict[str, Any], wanted: tuple[int, int]) -> np.dtype[Any]:
    """Judge a prediction by the message that announces it.

    Args:
        message: With its `shape` and the name of its `dtype`.
        wanted: `(test clips, classes)`.

    Returns:
        The type of the numbers that follow, as many as are wanted, row by row.

    Raises:
        SubmissionFaultError: It announces something else than such a matrix of real numbers.
    """
    shape, dtype = message.get("shape"), message.get("dtype")
    if not (isinstance(shape, list) and all(isinstance(size, int) for size in shape) and isinstance(dtype, str)):
        raise SubmissionFaultError("the submission's process announced a prediction that is no array")
    if dtype not in _NUMBERS:
        raise SubmissionFaultError(f"the submission's prediction holds {ascii(dtype[:50])[1:-1]}, not real numbers")
    if tuple(shape) != wanted:
        told = ", ".join(map(str, shape[:3])) if all(abs(size) < 10**18 for size in shape) else "..."
        told += "" if len(shape) == 2 else "," if len(shape) == 1 else ", ..." if len(shape) > 3 else ""
        raise SubmissionFaultError(
            f"the submission's prediction has the shape ({told}); {wanted} is needed (test clips, classes)"
        )
    return np.dtype(dtype)


def read_prediction(data: bytes, dtype: np.dtype[Any], wanted: tuple[int, int]) -> np.ndarray:
    """Read a prediction.

    Args:
        data: Its numbers, row by row.
        dtype: Their type.
        wanted: `(test clips, classes)`.

    Returns:
        Float64 array of that shape.

    Raises:
        SubmissionFaultError: A value is NaN or infinite.
    """
    prediction = np.frombuffer(data, dtype).reshape(wanted).astype(np.float64)
    bad = int((~np.isfinite(prediction)).sum())
    if bad:
        nans = int(np.isnan(prediction).sum())
        raise SubmissionFaultError(
            f"the submission's prediction holds {nans} NaN and {bad - nans} infinite of {prediction.size} values"
        )
    return prediction
