"""Check an AutoDL data set, and copy what a submission may see of it: the test records without their labels."""

from __future__ import annotations

from pathlib import Path

from autodl_metadata import AutoDLMetadata
from bad_input_error import BadInputError
from data_set_folder import DataSetFolder
from label_check import count_labelled_records
from label_eraser import count_records, erase_labels
from new_copy import copy_new
from record_shards import check_shards
from task import Task


def check_autodl(folder: DataSetFolder) -> Task:
    """Read the metadata and count the records of an AutoDL data set.

    Args:
        folder: The data set.

    Returns:
        The checked task; it has no time budget of its own.

    Raises:
        BadInputError: A file is missing, damaged or does not fit the others.
    """
    metadata = {split: _read_metadata(folder.data / split) for split in ("train", "test")}
    files = {split: _record_files(folder.data / split) for split in ("train", "test")}
    class_num = metadata["test"].get_output_size()
    if class_num < 1 or metadata["train"].get_output_size() != class_num:
        raise BadInputError(
            f"{folder.data}: output_dim is {metadata['train'].get_output_size()} in train/metadata.textproto and "
            f"{class_num} in test/metadata.textproto; the number of classes is needed in both"
        )
    # The labels of the test are erased; those of the training must not end it after the budget has begun to run.
    count = {
        "train": sum(count_labelled_records(path, class_num) for path in files["train"]),
        "test": sum(count_records(path) for path in files["test"]),
    }
    for split, counted in count.items():
        stated = metadata[split].size()
        if counted != stated or not counted:
            raise BadInputError(
                f"{folder.data / split / 'metadata.textproto'}: sample_count is {stated}, but {folder.data / split} "
                f"holds {counted} records in {len(files[split])} files; add what is missing, or mend the number"
            )

    def made(target: Path, split: str) -> Path:
        inner = target / folder.data.name / split
        inner.mkdir(parents=True, exist_ok=True)
        return inner

    def stage_metadata(target: Path) -> None:
        for split in files:
            copy_new(folder.data / split / "metadata.textproto", made(target, split) / "metadata.textproto")

    def stage_clips(target: Path) -> None:
        for split, copy in (("train", copy_new), ("test", erase_labels)):
            inner = made(target, split)
            for path in files[split]:
                copy(path, inner / path.name)

    return Task(
        name=folder.name,
        kind="autodl",
        class_num=class_num,
        train_num=count["train"],
        test_num=count["test"],
        time_budget=None,
        load_seconds=0.0,  # the records are read while they are asked for
        stage_metadata=stage_metadata,
        stage_clips=stage_clips,
    )


def _read_metadata(folder: Path) -> AutoDLMetadata:
    try:
        return AutoDLMetadata(folder)
    except FileNotFoundError:
        raise BadInputError(f"{folder / 'metadata.textproto'}: missing; each of train/ and test/ has one") from None
    except ValueError as error:
        raise BadInputError(f"{folder / 'metadata.textproto'}: {error}") from None


def _record_files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.glob("sample*") if path.is_file())
    if not files:
        raise BadInputError(f"{folder}: no records; looked for sample*")
    try:
        check_shards(path.name for path in files)
    except ValueError as error:
        raise BadInputError(f"{folder}: {error}") from None
    return files
