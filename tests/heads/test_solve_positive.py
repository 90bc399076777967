from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.linalg

from autospeech.heads.solve_positive import lower_factor, solve_positive


@pytest.mark.parametrize("size", [1, 2, 30, 200])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_equals_scipy(size: int, dtype: str) -> None:
    rng = np.random.default_rng(0)
    half = rng.normal(size=(size, size + 5))
    matrix = (half @ half.T / size + np.eye(size)).astype(dtype)
    right = rng.normal(size=(size, 3)).astype(dtype)
    before = matrix.copy(), right.copy()
    expected = scipy.linalg.solve(matrix.astype("float64"), right.astype("float64"))
    np.testing.assert_allclose(solve_positive(matrix, right), expected, atol=1e-4)
    np.testing.assert_allclose(lower_factor(matrix) @ lower_factor(matrix).T, matrix, atol=1e-4)
    np.testing.assert_array_equal(matrix, before[0])
    np.testing.assert_array_equal(right, before[1])


def test_what_rounding_has_made_indefinite_is_solved_without_a_word() -> None:
    matrix = np.ones((50, 50), "float32") - np.float32(2e-7) * np.eye(50, dtype="float32")
    assert np.linalg.eigvalsh(matrix.astype("float64")).min() < 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solved = solve_positive(matrix, np.ones((50, 1), "float32"))
    np.testing.assert_allclose(matrix @ solved, 1, atol=1e-3)


@pytest.mark.parametrize("matrix", [-np.eye(3), np.array([[1.0, 5.0], [5.0, 1.0]])])
def test_what_is_not_positive_at_all_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        solve_positive(matrix, np.ones((len(matrix), 1)))
