"""Copy a file into a folder that others may have changed."""

from __future__ import annotations

import shutil
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def copy_new(source: Path, target: Path) -> None:
    """Copy a file to where nothing is: no link is followed and no pipe opened.

    Args:
        source: The file.
        target: The copy.

    Raises:
        FileExistsError: There is something at `target`, if only a link that leads nowhere.
        OSError: The file cannot be read or written.
    """
    with source.open("rb") as read, target.open("xb") as write:
        shutil.copyfileobj(read, write, _CHUNK_BYTES)
