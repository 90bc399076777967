"""See that a prediction is a finite matrix of the right shape."""

from __future__ import annotations

import numpy as np
from submission_fault import SubmissionFaultError

# numpy's names of the types of real numbers
_NUMBERS = {np.dtype(code).name for code in ("?", *np.typecodes["AllInteger"], *np.typecodes["Float"])}


def check_shape(shape: tuple[int, ...], dtype: str, wanted: tuple[int, int]) -> None:
    """Judge a prediction by what is announced of it.

    Args:
        shape: Its shape.
        dtype: Name of its type.
        wanted: `(test clips, classes)`.

    Raises:
        SubmissionFaultError: The shape is another, or it holds no real numbers.
    """
    if dtype not in _NUMBERS:
        raise SubmissionFaultError(f"the submission's prediction holds {dtype[:50]}, not real numbers")
    if shape != wanted:
        raise SubmissionFaultError(
            f"the submission's prediction has the shape {str(shape)[:50]}; {wanted} is needed (test clips, classes)"
        )


def check_finite(prediction: np.ndarray) -> np.ndarray:
    """Turn a prediction into float64.

    Args:
        prediction: Array `(test clips, classes)`.

    Returns:
        The same in float64.

    Raises:
        SubmissionFaultError: A value is NaN or infinite.
    """
    prediction = prediction.astype(np.float64)
    bad = int((~np.isfinite(prediction)).sum())
    if bad:
        nans = int(np.isnan(prediction).sum())
        raise SubmissionFaultError(
            f"the submission's prediction holds {nans} NaN and {bad - nans} infinite of {prediction.size} values"
        )
    return prediction
