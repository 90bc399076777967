"""Copy the code of a submission, and refuse what no submission needs."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Collection
from pathlib import Path

from submission_fault import SubmissionFaultError

_LEFT_OUT = (".git", "__pycache__")
_MOST_FILES = 20_000
_MOST_BYTES = 8 * 2**30
_DEEPEST = 40


def copy_code(source: Path, target: Path, left_out: Collection[Path]) -> None:
    """Copy a folder of plain files and folders.

    Args:
        source: The submission.
        target: An empty folder.
        left_out: Folders in `source` that are not copied.

    Raises:
        SubmissionFaultError: There is a link, a device, a pipe or a socket among them, or too much of anything.
        OSError: A file cannot be read or written.

    Example:
        >>> import tempfile
        >>> source, target = (Path(tempfile.mkdtemp()) for _ in range(2))
        >>> _ = (source / "model.py").write_text("class Model: pass")
        >>> copy_code(source, target, [])
        >>> (source / "loop").symlink_to(".")
        >>> copy_code(source, target, [])
        Traceback (most recent call last):
        submission_fault.SubmissionFaultError: the submission holds a symbolic link, loop; copy its target there
    """
    files = size = 0
    folders = [(source, target, 0)]
    while folders:
        folder, copy, depth = folders.pop()
        copy.mkdir(exist_ok=True)
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path, name = Path(entry.path), os.path.relpath(entry.path, source)
            if entry.name in _LEFT_OUT or path in left_out:
                continue
            files += 1
            found = entry.stat(follow_symlinks=False)
            size += found.st_size
            if files > _MOST_FILES or size > _MOST_BYTES or depth >= _DEEPEST:
                raise SubmissionFaultError(
                    f"the submission is too large, seen at {name}: at most {_MOST_FILES} files of "
                    f"{_MOST_BYTES / 2**30:g} GiB in all are copied, {_DEEPEST} folders deep"
                )
            if stat.S_ISDIR(found.st_mode):
                folders.append((path, copy / entry.name, depth + 1))
            elif stat.S_ISREG(found.st_mode):
                shutil.copy2(path, copy / entry.name, follow_symlinks=False)
            elif stat.S_ISLNK(found.st_mode):
                raise SubmissionFaultError(f"the submission holds a symbolic link, {name}; copy its target there")
            else:
                raise SubmissionFaultError(f"the submission holds {name}, a device, pipe or socket; leave it out")
