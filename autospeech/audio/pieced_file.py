"""Pieces of a file, and bytes that it lacks, as a file of their own."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, BinaryIO

# The first byte of a window of the file and the first after it, or bytes of one's own.
Piece = bytes | tuple[int, int]


class PiecedFile(io.RawIOBase):
    """Reads windows of a file and given bytes one after the other, as if they were a file.

    It has no name, so that a decoder goes by the content alone. Closing it leaves the file open.

    Args:
        file: The file, which others may read meanwhile as long as they are on the same thread.
        pieces: What to read, in order: bytes, or a window `(begin, end)` of the file.

    Example:
        >>> PiecedFile(io.BytesIO(b"0123456789"), [b"ab", (2, 4), (8, 10)]).read()
        b'ab2389'
    """

    def __init__(self, file: BinaryIO, pieces: Sequence[Piece]) -> None:
        self._file = file
        self._pieces = list(pieces)
        sizes = [len(piece) if isinstance(piece, bytes) else piece[1] - piece[0] for piece in pieces]
        self._starts = [0, *accumulate(sizes)]
        self._position = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte, counted from the beginning, the position or the end."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._starts[-1]}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as there are bytes; return their number."""
        view = memoryview(buffer).cast("B")
        done = 0
        while done < len(view) and self._position < self._starts[-1]:
            index = bisect_right(self._starts, self._position) - 1
            inside = self._position - self._starts[index]
            wanted = min(len(view) - done, self._starts[index + 1] - self._position)
            piece = self._pieces[index]
            if isinstance(piece, bytes):
                found = piece[inside : inside + wanted]
            else:
                self._file.seek(piece[0] + inside)
                found = self._file.read(wanted)
            if not found:
                break
            view[done : done + len(found)] = found
            done += len(found)
            self._position += len(found)
        return done
