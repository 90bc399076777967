"""Check an AutoDL data set, and copy what a submission may see of it: the test records without their labels."""

from __future__ import annotations

import shutil
from pathlib import Path

from autodl_metadata import AutoDLMetadata
from bad_input_error import BadInputError
from data_set_folder import DataSetFolder
from label_eraser import count_records, erase_labels
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
    count = {split: sum(count_records(path) for path in files[split]) for split in files}
    if count["test"] != metadata["test"].size() or not all(count.values()):
        raise BadInputError(
            f"{folder.data / 'test' / 'metadata.textproto'}: sample_count is {metadata['test'].size()}, but there are "
            f"{count['test']} test records and {count['train']} training records; mend the number"
        )

    def stage(target: Path) -> None:
        for split, copy in (("train", shutil.copyfile), ("test", erase_labels)):
            made = target / folder.data.name / split
            made.mkdir(parents=True)
            shutil.copyfile(folder.data / split / "metadata.textproto", made / "metadata.textproto")
            for path in files[split]:
                copy(path, made / path.name)

    return Task(folder.name, "autodl", class_num, count["train"], count["test"], None, stage)


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
    return files
