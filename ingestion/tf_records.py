"""Read TFRecord files, and the whole numbers of the messages in them; no TensorFlow needed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from bad_input_error import BadInputError
from crc32c import masked_crc32c, unmask


def read_records(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yield each record and its CRC-32C, not masked; raises `BadInputError` where the file is damaged or another."""
    size = path.stat().st_size
    with path.open("rb") as file:
        number = 0
        while start := file.read(12):
            length = int.from_bytes(start[:8], "little")
            if len(start) < 12 or struct.pack("<I", masked_crc32c(start[:8])) != start[8:]:
                raise BadInputError(f"{path}: record {number} does not begin as a TFRecord does")
            if file.tell() + length + 4 > size:
                raise BadInputError(f"{path}: cut short in record {number}; copy the file again")
            data = file.read(length)
            yield data, unmask(int.from_bytes(file.read(4), "little"))
            number += 1


def read_varint(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """Return the whole number at a place, and the place after it; raises `IndexError` where there is none."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise IndexError
