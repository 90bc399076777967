"""Check an AutoSpeech data set, and copy what a submission may see of it."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from bad_input_error import BadInputError
from data_set_folder import DataSetFolder
from new_copy import copy_new
from regular_file import read_json
from safe_unpickler import UnsafePickleError, load
from task import Task
from text_matrix import read_text_matrix

FILES = ("train.pkl", "test.pkl", "train.solution", "meta.json")


def check_autospeech(folder: DataSetFolder) -> Task:
    """Read the files of an AutoSpeech data set and see that they fit each other.

    The test solution lies elsewhere and is never opened.

    Args:
        folder: The data set.

    Returns:
        The checked task.

    Raises:
        BadInputError: A file is missing, damaged or does not fit the others.
    """
    data = folder.data
    missing = [name for name in FILES if not (data / name).is_file()]
    if missing:
        raise BadInputError(f"{data}: missing {', '.join(missing)}; an AutoSpeech data set has {', '.join(FILES)}")
    meta = read_meta(data / "meta.json")
    class_num = meta["class_num"]
    start = time.monotonic()
    counts = {split: _count_clips(data / f"{split}.pkl") for split in ("train", "test")}
    load_seconds = time.monotonic() - start
    for split, count in counts.items():
        stated = meta.get(f"{split}_num", count)
        if stated != count:
            raise BadInputError(
                f"{data / 'meta.json'}: {split}_num is {stated}, but {split}.pkl holds {count} clips; mend either"
            )
        if count == 0:
            raise BadInputError(f"{data / f'{split}.pkl'}: no clips; at least one is needed")
    rows, columns = read_solution(data / "train.solution").shape
    if rows != counts["train"]:
        raise BadInputError(
            f"{data / 'train.solution'}: {rows} rows, but train.pkl holds {counts['train']} clips; one row a clip"
        )
    if columns != class_num:
        raise BadInputError(
            f"{data / 'train.solution'}: {columns} columns, but meta.json has class_num {class_num}; one a class"
        )

    def stage_metadata(target: Path) -> None:
        copy_new(data / "meta.json", target / "meta.json")

    def stage_clips(target: Path) -> None:
        for name in ("train.pkl", "test.pkl", "train.solution"):
            copy_new(data / name, target / name)

    return Task(
        name=folder.name,
        kind="autospeech",
        class_num=class_num,
        train_num=counts["train"],
        test_num=counts["test"],
        time_budget=meta.get("time_budget"),
        load_seconds=load_seconds,
        stage_metadata=stage_metadata,
        stage_clips=stage_clips,
    )


def read_meta(path: Path) -> dict[str, Any]:
    """Read and check `meta.json`; raises `BadInputError` where it is not an object or a value has the wrong type."""
    try:
        meta = read_json(path)
    except ValueError as error:
        raise BadInputError(f"{path}: not JSON: {error}") from None
    if not isinstance(meta, dict):
        raise BadInputError(f"{path}: a JSON {type(meta).__name__}; an object with class_num is needed")
    if "class_num" not in meta:
        raise BadInputError(f"{path}: class_num is missing; it holds {', '.join(map(repr, meta)) or 'nothing':.500}")
    for key in ("class_num", "train_num", "test_num"):
        value = meta.get(key, 1)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise BadInputError(f"{path}: {key} is {value!r}; a whole number above 0 is needed")
    budget = meta.get("time_budget", 1)
    if not isinstance(budget, int | float) or isinstance(budget, bool) or not (math.isfinite(budget) and budget > 0):
        raise BadInputError(f"{path}: time_budget is {budget!r}; seconds above 0 are needed")
    return meta


def read_solution(path: Path) -> np.ndarray:
    """Read a matrix of labels.

    Args:
        path: Text file, one row a clip, one column a class.

    Returns:
        Float64 array `(clips, classes)` of 0 and 1.

    Raises:
        BadInputError: A row has another length than the first, or a value is neither 0 nor 1.
    """
    try:
        solution = read_text_matrix(path)
    except ValueError as error:
        raise BadInputError(f"{error}. A solution holds 0 and 1, one row a clip") from None
    wrong = np.argwhere((solution != 0) & (solution != 1))
    if len(wrong):
        row, column = wrong[0]
        raise BadInputError(
            f"{path}: {solution[row, column]:g} in row {row + 1}, column {column + 1}; only 0 and 1 are labels"
        )
    return solution


def _count_clips(path: Path) -> int:
    try:
        clips = load(path)
    except UnsafePickleError as error:
        raise BadInputError(str(error)) from None
    if not isinstance(clips, list):
        raise BadInputError(f"{path}: a pickled {type(clips).__name__}; a list of 1-D arrays is needed")
    for number, clip in enumerate(clips):
        if not isinstance(clip, np.ndarray):
            raise BadInputError(f"{path}: clip {number} is a {type(clip).__name__}; a 1-D array of samples is needed")
        mono = clip.ndim == 1 or (clip.ndim == 2 and clip.shape[1] == 1)
        if not mono or clip.dtype.kind not in "iuf":
            raise BadInputError(
                f"{path}: clip {number} is an array of {clip.dtype} and shape {clip.shape}; "
                "a 1-D array of numbers is needed"
            )
    return len(clips)
