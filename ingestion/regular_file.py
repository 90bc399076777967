"""Small files that are read whole, whoever wrote them: no pipes, no devices, no more bytes than they may have."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

# In bytes. JSON takes up to 25 times its size in memory: 5 MB of it are the names of 100,000 classes.
MOST_JSON = 5_000_000
# What a float holds has so many digits at most.
MOST_DIGITS = 308

_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading bytes.

    Args:
        path: A file, or a symbolic link to one.

    Raises:
        ValueError: It is a folder, a pipe, a socket or a device. The message does not name it.
        OSError: It is not there, or may not be read.

    Example:
        >>> open_regular(Path("/dev/zero"))
        Traceback (most recent call last):
        ValueError: it is a device; a regular file is needed
    """
    _check_kind(Path(path).stat().st_mode)
    # What has become a pipe since must not block.
    file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    try:
        _check_kind(os.fstat(file.fileno()).st_mode)
    except ValueError:
        file.close()
        raise
    return file


def read_bytes(path: Path, most: int) -> bytes:
    """Read a file whole.

    Args:
        path: A file, or a symbolic link to one.
        most: How many bytes it may have.

    Raises:
        ValueError: It has more, or see `open_regular`.
        OSError: See `open_regular`.
    """
    with open_regular(path) as file:
        data = file.read(most + 1)
        if len(data) > most:
            size = max(os.fstat(file.fileno()).st_size, len(data))
            raise ValueError(f"it has {size:,} bytes; {most:,} are the most that is read")
    return data


def read_text(path: Path, most: int) -> str:
    """Read a file in UTF-8 whole; see `read_bytes`."""
    return read_bytes(path, most).decode("utf-8")


def read_lines(path: Path, most: int) -> str:
    """Read a text in UTF-8, of a longer one its first lines.

    Args:
        path: A file, or a symbolic link to one.
        most: How many bytes of it are read at most.

    Returns:
        The text; what is no UTF-8 becomes U+FFFD.

    Raises:
        ValueError, OSError: See `open_regular`.
    """
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        data = data[: data.rfind(b"\n", 0, most) + 1]
    return data.decode("utf-8", "replace")


def read_json(path: Path, most: int = MOST_JSON) -> Any:
    """Read a file of JSON whole; see `read_bytes` and `json_value`."""
    return json_value(read_text(path, most))


def json_value(text: str | bytes) -> Any:
    """Return what JSON of a stranger says.

    Args:
        text: The JSON.

    Raises:
        ValueError: It is no JSON, nested too deeply, or holds a number that no float can.

    Example:
        >>> json_value('{"class_num": 2}')
        {'class_num': 2}
        >>> json_value('{"time_budget": 1e999}')
        Traceback (most recent call last):
        ValueError: the number 1e999 is larger than a float can hold
    """
    try:
        return json.loads(text, parse_int=_whole, parse_float=_real)
    except RecursionError:
        raise ValueError("its lists and objects are nested too deeply") from None


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits is larger than a float can hold")
    return int(digits)


def _real(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:40]} is larger than a float can hold")
    return number


def _check_kind(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "no file")
        raise ValueError(f"it is {kind}; a regular file is needed")
