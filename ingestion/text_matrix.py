"""Text matrices: one row a line, numbers separated by blanks, as `numpy.savetxt` writes them."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from regular_file import read_bytes

# Of a number with the blank behind it: "%.18e" has 26. Of what may stand besides, per line.
NUMBER_BYTES, SLACK_BYTES = 40, 1000
# Where no shape is known: columns, and bytes of the whole.
MOST_COLUMNS, MOST_BYTES = 100_000, 200_000_000


def read_text_matrix(path: Path, shape: tuple[int, int] | None = None) -> npt.NDArray[np.float64]:
    r"""Read a solution or a prediction.

    Args:
        path: The file.
        shape: What shape it ought to have, which tells how large it may be; None where that is not known. A small
            matrix of another shape is read all the same.

    Returns:
        A float64 matrix ``(clips, classes)`` without NaN.

    Raises:
        ValueError: It is no regular file, or larger than it may be; the rows differ in length; the file is empty or
            holds something that is not a number. The message names the file and the place.
        OSError: The file cannot be read.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "task.predict_0"
        >>> _ = path.write_text("0.9 0.1\n0.2 0.8\n")
        >>> read_text_matrix(path)
        array([[0.9, 0.1],
               [0.2, 0.8]])
    """
    try:
        matrix = _read(path, shape)
    except ValueError as error:  # UnicodeDecodeError is one too
        raise ValueError(f"{path}: not a matrix of numbers with rows of equal length ({error})") from error
    if matrix.size == 0:
        raise ValueError(f"{path}: the file is empty; one row a clip was wanted")
    bad = np.argwhere(np.isnan(matrix))
    if len(bad):
        row, column = bad[0] + 1
        raise ValueError(f"{path}: {len(bad)} of {matrix.size} values are NaN, the first in row {row}, column {column}")
    return matrix


def _read(path: Path, shape: tuple[int, int] | None) -> npt.NDArray[np.float64]:
    rows, columns = shape or (None, MOST_COLUMNS)
    most_of_line = NUMBER_BYTES * columns + SLACK_BYTES
    data = read_bytes(path, MOST_BYTES if rows is None else NUMBER_BYTES * rows * columns + SLACK_BYTES)
    longest = max(map(len, io.BytesIO(data)), default=0)
    if longest > most_of_line:
        raise ValueError(f"a line of it has {longest:,} bytes; {columns:,} numbers need {most_of_line:,} at most")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # NumPy's remark on an empty file; it is an error here
        matrix: npt.NDArray[np.float64] = np.loadtxt(
            io.BytesIO(data), dtype=np.float64, comments=None, ndmin=2, encoding="utf-8"
        )
    return matrix
