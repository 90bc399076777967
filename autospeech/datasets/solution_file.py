"""Solution files: the labels as text, a row a clip, a column a class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.datasets.dataset_error import DatasetError
from autospeech.text_matrix import read_text_matrix


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
        labels = read_text_matrix(path)
    except FileNotFoundError:
        raise DatasetError(f"{path}: the solution is missing; put it there") from None
    except ValueError as error:
        raise DatasetError(f"{error}; rows must hold the same number of 0 and 1 each, separated by spaces") from error
    wrong = np.argwhere((labels != 0) & (labels != 1))
    if len(wrong):
        row, column = (int(index) for index in wrong[0])
        raise DatasetError(f"{path}: row {row + 1} holds {labels[row, column]:g}; only 0 and 1 are labels")
    return labels.astype(np.float32)
