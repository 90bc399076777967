"""Cut the bytes that come from the submission's process into messages."""

from __future__ import annotations

import json
from typing import Any

from submission_fault import SubmissionFaultError

_LONGEST_LINE = 200_000
_GARBLED = "the submission's process sent something else than answers (it wrote into a descriptor that is not its own)"


class MessageReader:
    """Lines of JSON, and raw bytes where a line has announced them."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        """Take some more bytes."""
        self._bytes += data

    def message(self) -> dict[str, Any] | None:
        """The next line as an object, or None while it is not whole; raises `SubmissionFaultError` on anything else."""
        end = self._bytes.find(b"\n", 0, _LONGEST_LINE)
        if end < 0:
            if len(self._bytes) >= _LONGEST_LINE:
                raise SubmissionFaultError(_GARBLED)
            return None
        line = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise SubmissionFaultError(_GARBLED) from None
        if not isinstance(message, dict) or not isinstance(message.get("is"), str):
            raise SubmissionFaultError(_GARBLED)
        return message

    def raw(self, count: int) -> bytes | None:
        """The next `count` bytes, or None while they are not all there."""
        if len(self._bytes) < count:
            return None
        data = bytes(self._bytes[:count])
        del self._bytes[:count]
        return data
