"""The true labels of the test clips, and where to find them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bad_input_error import BadInputError
from regular_file import read_json
from text_matrix import read_text_matrix


@dataclass(frozen=True)
class Solution:
    """The true labels of a task.

    Args:
        name: Name of the task.
        labels: 0 and 1, ``(clips, classes)``.
        label_names: One a class.
    """

    name: str
    labels: np.ndarray
    label_names: tuple[str, ...]

    @property
    def single_label(self) -> bool:
        """Whether every clip has exactly one class."""
        return bool((self.labels.sum(axis=1) == 1).all())

    @property
    def scored_classes(self) -> np.ndarray:
        """For each class whether it has a positive and a negative clip, ``(classes,)``."""
        positives = self.labels.sum(axis=0)
        return (positives > 0) & (positives < len(self.labels))


def solution_files(folder: Path) -> dict[str, Path]:
    """Find the solutions in a folder, in any of the layouts in use.

    Args:
        folder: Holds NAME.solution (2019, AutoDL), NAME/NAME.solution, NAME/test.solution, or is NAME and holds
            test.solution (2020).

    Returns:
        Name of the task -> file.

    Raises:
        BadInputError: There is none.
    """
    found = {}
    for path in sorted(folder.glob("*/*.solution")):
        if path.stem in {path.parent.name, "test"}:
            found[path.parent.name] = path
    for path in sorted(folder.glob("*.solution")):
        if path.stem == "test":
            found[folder.resolve().name] = path
        elif path.stem != "train":
            found[path.stem] = path
    if not found:
        raise BadInputError(
            f"{folder}: no solution here; looked for NAME.solution, NAME/NAME.solution, NAME/test.solution and"
            f" test.solution. Point --solution_dir at the folder that holds one"
        )
    return found


def read_solution(folder: Path, task_name: str | None) -> Solution:
    """Read the solution of a task.

    Args:
        folder: See `solution_files`.
        task_name: Which one, where the folder holds several; a single one is taken whatever it is called.

    Returns:
        The solution; classes are called ``class 0``, ``class 1``, … unless a meta.json nearby names them.

    Raises:
        BadInputError: There is none, none of that name, or it is not a matrix of 0 and 1.
    """
    files = solution_files(folder)
    if len(files) > 1 and task_name not in files:
        raise BadInputError(
            f"{folder}: holds solutions of {', '.join(files)}, and the predictions are of {task_name!r}."
            f" Point --solution_dir at the right one"
        )
    name = task_name if task_name in files else next(iter(files))
    path = files[name]
    try:
        labels = read_text_matrix(path)
    except (ValueError, OSError) as error:
        raise BadInputError(f"{error}. The solution must hold one row a test clip, one 0 or 1 a class") from error
    wrong = np.argwhere((labels != 0) & (labels != 1))
    if len(wrong):
        row, column = wrong[0]
        raise BadInputError(
            f"{path}: row {row + 1}, column {column + 1} is {labels[row, column]:g}. A solution holds 0 and 1 only"
        )
    names = _label_names(path, name, labels.shape[1])
    return Solution(name, labels, names or tuple(f"class {index}" for index in range(labels.shape[1])))


def _label_names(solution: Path, name: str, classes: int) -> tuple[str, ...] | None:
    beside = solution.parent
    for path in (beside / f"{name}.data", beside / name / f"{name}.data", beside / "train.data", beside):
        try:
            meta = read_json(path / "meta.json")
        except (OSError, ValueError):
            continue  # names are an extra: a task without them is scored all the same
        names = meta.get("label_names") if isinstance(meta, dict) else None
        if isinstance(names, list) and len(names) == classes:
            return tuple(str(label) for label in names)
    return None
