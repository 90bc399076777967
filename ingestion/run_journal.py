"""All that was written for the scoring program, in memory, where no submission can change it."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

_HEAD = struct.Struct("<?IQ")  # whether the content is there, length of the name, length of what follows it
_LIMIT_BYTES = 256 * 2**20


class RunJournal:
    """An append-only list of names and contents, shared with the processes that this one forks later.

    It lies in an anonymous file, to which `/proc` opens no way for a process that may not read this one's memory.

    Args:
        limit_bytes: Once the compressed contents need more, only their digests are kept.

    Example:
        >>> journal = RunJournal()
        >>> journal.add("task.predict_0", b"0.5 0.5")
        >>> [(name, same(b"forged"), content) for name, content, same in journal.read()]
        [('task.predict_0', False, b'0.5 0.5')]
    """

    def __init__(self, limit_bytes: int = _LIMIT_BYTES):
        if hasattr(os, "memfd_create"):
            self._file = os.fdopen(os.memfd_create("journal"), "r+b", buffering=0)
        else:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._limit = limit_bytes
        self._size = 0  # of the whole records

    def add(self, name: str, content: bytes) -> None:
        """Append a content under its name."""
        kept = zlib.compress(content, 1)
        whole = self._size + len(kept) <= self._limit
        if not whole:
            kept = hashlib.sha256(content).digest()
        encoded = name.encode("utf-8", "surrogateescape")
        record = _HEAD.pack(whole, len(encoded), len(kept)) + encoded + kept
        done = 0
        while done < len(record):
            done += os.pwrite(self._file.fileno(), record[done:], self._size + done)
        self._size += done

    def read(self) -> Iterator[tuple[str, bytes | None, Callable[[bytes | None], bool]]]:
        """Walk through what was added, by whichever process; a last record that is cut short is left out.

        Yields:
            The name; the content, or None where it was too large to keep; and a function that says whether some bytes
            are that content.
        """
        descriptor, place = self._file.fileno(), 0
        size = os.fstat(descriptor).st_size
        while place + _HEAD.size <= size:
            whole, name_length, length = _HEAD.unpack(os.pread(descriptor, _HEAD.size, place))
            place += _HEAD.size
            if place + name_length + length > size:
                return
            name = os.pread(descriptor, name_length, place).decode("utf-8", "surrogateescape")
            kept = os.pread(descriptor, length, place + name_length)
            place += name_length + length
            self._size = place
            content = zlib.decompress(kept) if whole else None
            yield name, content, partial(_is_same, content, kept)


def _is_same(content: bytes | None, digest: bytes, data: bytes | None) -> bool:
    if content is not None or data is None:
        return data == content and data is not None
    return hashlib.sha256(data).digest() == digest
