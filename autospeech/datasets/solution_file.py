"""Solution files: the labels as text, a row a clip, a column a class."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.datasets.dataset_error import DatasetError


def write_solution(path: Path, labels: npt.NDArray[np.float32]) -> None:
    """Write labels as rows of 0 and 1.

    Args:
        path: The file.
        labels: 0 or 1 of shape `(clips, classes)`.
    """
    np.savetxt(path, labels, fmt="%d")


def read_solution(path: Path) -> npt.NDArray[np.float32]:
    """Read rows of 0 and 1.

    Args:
        path: The file.

    Returns:
        Labels of shape `(clips, classes)`, float32.

    Raises:
        DatasetError: The file is missing, ragged, or holds something else than 0 and 1.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*input contained no data")
            labels = np.loadtxt(path, dtype=np.float32, ndmin=2)
    except FileNotFoundError:
        raise DatasetError(f"{path}: the solution is missing; put it there") from None
    except ValueError as error:
        raise DatasetError(
            f"{path}: rows must hold the same number of 0 and 1 each, separated by spaces: {error}"
        ) from error
    wrong = np.argwhere((labels != 0) & (labels != 1))
    if len(wrong):
        row, column = (int(index) for index in wrong[0])
        raise DatasetError(f"{path}: row {row + 1} holds {labels[row, column]:g}; only 0 and 1 are labels")
    return labels
