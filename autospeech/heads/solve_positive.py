"""Linear systems whose matrix is symmetric and positive definite, but for rounding."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from autospeech.heads.base import Floats


def solve_positive(matrix: Floats, right: Floats) -> Floats:
    """Solve by Cholesky's factorisation; a matrix that rounding has made indefinite gets a larger diagonal.

    Unlike `scipy.linalg.solve` it neither estimates the condition number nor warns of it.

    Args:
        matrix: `(n, n)`, symmetric.
        right: `(n, columns)`.

    Returns:
        `(n, columns)`.

    Raises:
        numpy.linalg.LinAlgError: The matrix is far from positive definite.

    Example:
        >>> solve_positive(np.diag([2.0, 4.0]), np.ones((2, 1))).ravel().round(6).tolist()
        [0.5, 0.25]
    """
    factor = lower_factor(matrix)
    return scipy.linalg.cho_solve((factor, True), right, check_finite=False)


def lower_factor(matrix: Floats) -> Floats:
    """Return the lower triangular factor `(n, n)` of a matrix `(n, n)`; see `solve_positive`."""
    mean = float(np.mean(np.diagonal(matrix)))
    for more in (0.0, 1e-5, 1e-4):
        try:
            return scipy.linalg.cholesky(_with(matrix, more * mean), lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            continue
    return scipy.linalg.cholesky(_with(matrix, 1e-2 * mean), lower=True, check_finite=False)


def _with(matrix: Floats, ridge: float) -> Floats:
    if not ridge:
        return matrix
    more = matrix.copy()
    more[np.diag_indices(len(more))] += ridge
    return more
