"""Find the one data set in a folder, in any of the layouts of the platforms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bad_input_error import BadInputError

_AUTOSPEECH_FILES = ("train.pkl", "test.pkl", "train.solution", "meta.json")


@dataclass(frozen=True)
class DataSetFolder:
    """Where a data set lies.

    Args:
        name: Name of the data set.
        kind: `"autospeech"` or `"autodl"`.
        data: The folder of the files that a submission may see (of AutoDL's test files, without their labels).
    """

    name: str
    kind: str
    data: Path


def find_data_set(dataset_dir: Path) -> DataSetFolder:
    """Find the data set in `dataset_dir`.

    `dataset_dir` may hold `NAME.data`, or `train.data` (the layout of 2020, named after the folder), or one folder
    that does.

    Args:
        dataset_dir: The folder named on the command line.

    Returns:
        The one data set in it.

    Raises:
        BadInputError: There is none, or more than one, or it is of neither format.
    """
    if not dataset_dir.is_dir():
        raise BadInputError(f"{dataset_dir}: no such folder; --dataset_dir is the folder that holds NAME.data")
    found = _data_folders(dataset_dir)
    if not found:
        found = [data for folder in sorted(dataset_dir.iterdir()) if folder.is_dir() for data in _data_folders(folder)]
    if not found:
        there = ", ".join(sorted(path.name for path in dataset_dir.iterdir())[:10]) or "nothing"
        raise BadInputError(
            f"{dataset_dir}: no data set; looked for NAME.data, train.data, NAME/NAME.data and NAME/train.data; "
            f"the folder holds {there}"
        )
    if len(found) > 1:
        names = ", ".join(str(path.relative_to(dataset_dir)) for path in found)
        raise BadInputError(
            f"{dataset_dir}: {len(found)} data sets ({names}); name the folder of one with --dataset_dir"
        )
    data = found[0]
    name = data.parent.name if data.name == "train.data" else data.name.removesuffix(".data")
    return DataSetFolder(name, _kind_of(data), data)


def _data_folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.data") if path.is_dir() and not path.name.startswith("."))


def _kind_of(data: Path) -> str:
    if any((data / name).exists() for name in _AUTOSPEECH_FILES):
        return "autospeech"
    if (data / "train").is_dir() or (data / "test").is_dir():
        return "autodl"
    raise BadInputError(
        f"{data}: neither an AutoSpeech data set ({', '.join(_AUTOSPEECH_FILES)}) "
        "nor an AutoDL one (train/metadata.textproto, train/sample-*, test/metadata.textproto, test/sample-*)"
    )
