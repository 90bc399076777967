"""Text matrices: one row a line, numbers separated by blanks, as `numpy.savetxt` writes them."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np


def read_text_matrix(path: Path) -> np.ndarray:
    r"""Read a solution or a prediction.

    Args:
        path: The file.

    Returns:
        A float64 matrix ``(clips, classes)`` without NaN.

    Raises:
        ValueError: The rows differ in length, or the file is empty or holds something that is not a number; the message
            names the file and the place.
        OSError: The file cannot be read.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "task.predict_0"
        >>> _ = path.write_text("0.9 0.1\n0.2 0.8\n")
        >>> read_text_matrix(path)
        array([[0.9, 0.1],
               [0.2, 0.8]])
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # NumPy's remark on an empty file; it is an error here
        try:
            matrix = np.loadtxt(path, dtype=np.float64, comments=None, ndmin=2, encoding="utf-8")
        except ValueError as error:  # UnicodeDecodeError is one too
            raise ValueError(f"{path}: not a matrix of numbers with rows of equal length ({error})") from error
    if matrix.size == 0:
        raise ValueError(f"{path}: the file is empty; one row a clip was wanted")
    bad = np.argwhere(np.isnan(matrix))
    if len(bad):
        row, column = bad[0] + 1
        raise ValueError(f"{path}: {len(bad)} of {matrix.size} values are NaN, the first in row {row}, column {column}")
    return matrix
