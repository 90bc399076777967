"""Keep what a submission prints, up to a size."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

from plain_text import plain_text
from tree_removal import remove_tree


class BoundedLog:
    """A log file that stops growing, and the last lines of what came.

    Args:
        path: The file.
        echo: Whether to show everything on stderr as well, where no line of it can steer the terminal.
        limit: Size in bytes at which the file stops growing.
        tail: Bytes of the end to remember.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp(), "log")
        >>> log = BoundedLog(path, limit=4)
        >>> for data in (b"full", b"more", b"last"):
        ...     log.write(data)
        >>> log.close()
        >>> print(path.read_text(), log.last_lines(1))
        full
        [the log ends here: more than 4 bytes]
         fullmorelast
    """

    def __init__(self, path: Path, echo: bool = False, limit: int = 10_000_000, tail: int = 16_384):
        remove_tree(path)  # an older submission may have left a link or a pipe here
        self._file = path.open("xb", buffering=0)
        self._echo = echo
        self._left = limit
        self._limit = limit
        self._tail_size = tail
        self._tail = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")

    def write(self, data: bytes) -> None:
        """Take some more output."""
        if self._left >= 0:
            try:
                self._file.write(data[: self._left])
                if len(data) > self._left:
                    self._file.write(f"\n[the log ends here: more than {self._limit} bytes]\n".encode())
            except OSError:  # a full disk ends the log and not the run
                self._left = 0
        self._left -= len(data)
        self._tail = (self._tail + data)[-self._tail_size :]
        if self._echo:
            try:
                lines = self._decoder.decode(data).split("\n")
                os.write(sys.stderr.fileno(), "\n".join(map(plain_text, lines)).encode())
            except OSError:
                self._echo = False

    def last_lines(self, count: int) -> str:
        """The last lines of the output."""
        return "\n".join(self._tail.decode("utf-8", "replace").splitlines()[-count:])

    def close(self) -> None:
        """Close the file."""
        self._file.close()
