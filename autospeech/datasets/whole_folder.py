"""Folders that are written whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError


@contextmanager
def whole_folder(target: Path, overwrite: bool) -> Iterator[Path]:
    """Hand out a folder to write into, and give it the name of the target when all went well.

    Args:
        target: The folder to make; its parents are made too.
        overwrite: Whether a data set that stands there may be replaced.

    Yields:
        A temporary folder beside the target. It is removed when the writing fails.

    Raises:
        DatasetError: Something stands there already, or something that is no data set is to be replaced.
    """
    target = Path(target)
    if target.exists():
        if not overwrite:
            raise DatasetError(f"{target}: it exists already; pass --overwrite to replace it, or write elsewhere")
        if not _is_dataset(target):
            raise DatasetError(
                f"{target}: it is no converted data set and is not overwritten; remove it or write elsewhere"
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
        fresh = Path(scratch, target.name)
        fresh.mkdir()
        yield fresh
        if target.exists():
            target.replace(Path(scratch, "replaced"))
        fresh.replace(target)


def _is_dataset(folder: Path) -> bool:
    """Whether the folder holds nothing but `*.data` folders and `*.solution` files."""
    return folder.is_dir() and all(
        (entry.suffix == ".data" and entry.is_dir()) or entry.suffix == ".solution" for entry in folder.iterdir()
    )
