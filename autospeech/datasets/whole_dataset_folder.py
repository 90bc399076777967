"""Folders of data sets, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError
from autospeech.whole_writing import whole_folder


@contextmanager
def whole_dataset_folder(target: Path, overwrite: bool) -> Iterator[Path]:
    """Hand out a folder to write a data set into, and give it the name of the target when all went well.

    Args:
        target: The folder to make; its parents are made too.
        overwrite: Whether a data set that stands there may be replaced.

    Yields:
        A temporary folder beside the target. It is removed when the writing fails.

    Raises:
        DatasetError: Something stands there already, or something that is no data set is to be replaced.
        BeingWrittenError: Another process is writing it.
        WritingError: It cannot be written.
    """
    target = Path(target)
    _check(target, overwrite)
    with whole_folder(target) as fresh:
        # Another program may have written it since.
        _check(target, overwrite)
        yield fresh


def _check(target: Path, overwrite: bool) -> None:
    if target.exists():
        if not overwrite:
            raise DatasetError(f"{target}: it exists already; pass --overwrite to replace it, or write elsewhere")
        if not _is_dataset(target):
            raise DatasetError(
                f"{target}: it is no converted data set and is not overwritten; remove it or write elsewhere"
            )


def _is_dataset(folder: Path) -> bool:
    """Whether the folder holds nothing but `*.data` folders and `*.solution` files."""
    return folder.is_dir() and all(
        (entry.suffix == ".data" and entry.is_dir()) or entry.suffix == ".solution" for entry in folder.iterdir()
    )
