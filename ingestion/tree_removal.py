"""Remove a folder that a stranger has filled, however deep, closed or large it is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import struct
import sys
import time
from pathlib import Path

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_GET_FLAGS, _SET_FLAGS = 0x80086601, 0x40086602  # FS_IOC_GETFLAGS and FS_IOC_SETFLAGS of 64-bit Linux
_UNCHANGEABLE = 0x30  # immutable, append-only


def remove_tree(path: Path, seconds: float = 30.0) -> list[str]:
    """Remove a file, a link or a folder with all that is in it.

    No path inside the folder is ever written out and nothing recurses: every folder that is found is first moved to
    the top, so that two open descriptors are enough for any depth. Permission bits and, where allowed, the immutable
    flag are changed where they stand in the way.

    Args:
        path: What to remove; nothing happens where there is nothing.
        seconds: How long to try.

    Returns:
        What could not be removed, one line each, at most ten; empty after success.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "closed" / "below").mkdir(parents=True)
        >>> (folder / "closed").chmod(0)
        >>> remove_tree(folder), folder.exists()
        ([], False)
    """
    end = time.monotonic() + seconds
    try:
        if not stat.S_ISDIR(path.lstat().st_mode):
            _unlink(path)
            return []
    except FileNotFoundError:
        return []
    except OSError as error:
        return [f"{_shown(str(path))}: {error.strerror}"]
    try:
        _open_up(path)
        top = os.open(path, _OPEN_FOLDER)
    except OSError as error:
        return [f"{_shown(str(path))}: {error.strerror}"]
    try:
        left = _empty(top, end)
    finally:
        os.close(top)
    try:
        path.rmdir()
    except OSError as error:
        told = [f"{_shown(f'{path}/{name}')}: {problem}" for name, problem in left]
        return told[:10] or [f"{_shown(str(path))}: {error.strerror}"]
    return []


def _empty(top: int, end: float) -> list[tuple[str, str]]:
    """Empty the folder behind a descriptor; the names that stay, with the reason."""
    problems: dict[str, str] = {}
    number = 0
    while waiting := [name for name in os.listdir(top) if name not in problems]:
        for name in waiting:
            if time.monotonic() > end:
                return [*problems.items(), (name, "no time was left to remove it")]
            try:
                if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
                    _unlink(name, top)
                    continue
                _open_up(name, top)
                below = os.open(name, _OPEN_FOLDER, dir_fd=top)
                try:
                    number = _lift(below, top, number, end)
                finally:
                    os.close(below)
                os.rmdir(name, dir_fd=top)
            except FileNotFoundError:
                continue
            except OSError as error:
                problems[name] = error.strerror or str(error)
    return list(problems.items())


def _lift(folder: int, top: int, number: int, end: float) -> int:
    """Remove the files of a folder and move the folders in it to the top, under the next free numbers."""
    for name in os.listdir(folder):
        if time.monotonic() > end:
            break
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            _unlink(name, folder)
            continue
        with contextlib.suppress(OSError):
            os.rmdir(name, dir_fd=folder)
            continue
        _open_up(name, folder)  # the system writes into a folder that moves
        while True:
            number += 1
            if not _exists(f"lifted-{number}", top):
                break
        os.rename(name, f"lifted-{number}", src_dir_fd=folder, dst_dir_fd=top)
    return number


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _unlink(name: str | Path, folder: int | None = None) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except PermissionError:
        make_changeable(name, folder)
        os.unlink(name, dir_fd=folder)


def _open_up(name: str | Path, folder: int | None = None) -> None:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=folder)
    make_changeable(name, folder)


def make_changeable(name: str | Path, folder: int | None = None) -> None:
    """Take the immutable and the append-only flag from a file or folder, where it has one and this user may.

    Args:
        name: The file; a link is left alone.
        folder: Descriptor of the folder that it is in; None for a name that says it all.
    """
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            (flags,) = struct.unpack("l", fcntl.ioctl(descriptor, _GET_FLAGS, struct.pack("l", 0)))
            if flags & _UNCHANGEABLE:
                fcntl.ioctl(descriptor, _SET_FLAGS, struct.pack("l", flags & ~_UNCHANGEABLE))
        finally:
            os.close(descriptor)


def _shown(name: str) -> str:
    """A stranger's name on one line."""
    line = ascii(name)[1:-1]
    return line if len(line) <= 200 else f"{line[:200]}..."
