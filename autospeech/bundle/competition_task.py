"""What a competition tells about its data set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autospeech.datasets.autodl_metadata import AutoDLMetadata
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.solution_file import read_solution
from autospeech.datasets.unicode_form import encodable
from autospeech.regular_file import read_json


@dataclass(frozen=True)
class CompetitionTask:
    """A data set in an official format, and its figures.

    Args:
        folder: Where it lies.
        class_num: Number of classes.
        train_num: Number of training clips.
        test_num: Number of test clips.
        label_names: Name of each class; empty where none are given.
        meta: The content of `meta.json`; None for AutoDL, which has none.
    """

    folder: DataFolder
    class_num: int
    train_num: int
    test_num: int
    label_names: tuple[str, ...]
    meta: dict[str, Any] | None

    @classmethod
    def read(cls, dataset_dir: Path) -> CompetitionTask:
        """Read what a data set says of itself, and its labels; not its clips.

        Args:
            dataset_dir: `NAME` with `NAME.data` and `NAME.solution` in it.

        Raises:
            DatasetError: There is no whole data set, or its parts contradict each other.
        """
        if not dataset_dir.is_dir():
            raise DatasetError(f"{dataset_dir}: there is no such folder; correct the name")
        folder = DataFolder.find(dataset_dir)
        if folder is None:
            raise DatasetError(
                f"{dataset_dir}: no folder NAME.data in it; make a data set with `python -m autospeech convert`"
            )
        if not folder.data.is_dir():
            raise DatasetError(f"{folder.data}: it is no folder; name the one that holds NAME.data")
        test_labels = read_solution(folder.solution)
        if folder.is_autodl:
            train = AutoDLMetadata.read(folder.data / "train" / "metadata.textproto")
            test = AutoDLMetadata.read(folder.data / "test" / "metadata.textproto")
            task = cls(folder, train.output_dim, train.sample_count, test.sample_count, train.label_names, None)
        else:
            missing = [name for name in ("train.pkl", "test.pkl") if not (folder.data / name).is_file()]
            if missing:
                raise DatasetError(f"{folder.data / missing[0]}: it is missing; put the pickled clips there")
            meta = _read_meta(folder.data / "meta.json")
            train_num, class_num = read_solution(folder.data / "train.solution").shape
            names = tuple(encodable(str(name)) for name in meta.get("label_names") or ())
            task = cls(folder, class_num, train_num, meta.get("test_num", len(test_labels)), names, meta)
        if test_labels.shape != (task.test_num, task.class_num):
            raise DatasetError(
                f"{folder.solution}: {test_labels.shape[0]} rows of {test_labels.shape[1]} labels, but the task has "
                f"{task.test_num} test clips and {task.class_num} classes"
            )
        return task


def _read_meta(path: Path) -> dict[str, Any]:
    try:
        meta = read_json(path)
    except FileNotFoundError:
        raise DatasetError(f"{path}: it is missing; it must hold at least class_num") from None
    except ValueError as error:
        raise DatasetError(f"{path}: not JSON ({error})") from None
    if not isinstance(meta, dict):
        raise DatasetError(f"{path}: it must hold a JSON object, not {type(meta).__name__}")
    return meta
