"""Copy TFRecords of SequenceExamples without their context, in which the labels are; no TensorFlow needed."""

from __future__ import annotations

import struct
from pathlib import Path

from bad_input_error import BadInputError
from crc32c import mask, masked_crc32c, with_other_head
from tf_records import read_records, read_varint

_CONTEXT = 1  # number of the field `context` in SequenceExample


def erase_labels(source: Path, target: Path) -> int:
    """Copy the records of a file, leaving out each one's context: its labels, scores and id.

    Args:
        source: A TFRecord file.
        target: The file to write, which does not exist yet.

    Returns:
        Number of records.

    Raises:
        BadInputError: The file is cut short or holds something else.
    """
    count = 0
    with target.open("xb") as file:
        for data, crc in read_records(source):
            head_length, new_head = _without_context(data, source, count)
            tail = data[head_length:]
            crc = with_other_head(crc, data[:head_length], new_head, len(tail))
            length = struct.pack("<Q", len(new_head) + len(tail))
            file.write(length + struct.pack("<I", masked_crc32c(length)) + new_head)
            file.write(tail)
            file.write(struct.pack("<I", mask(crc)))
            count += 1
    return count


def count_records(path: Path) -> int:
    """Number of records in a TFRecord file; raises `BadInputError` where it is cut short or holds something else."""
    return sum(1 for _ in read_records(path))


def _without_context(data: bytes, path: Path, number: int) -> tuple[int, bytes]:
    """Length of the part that ends with the last context, and that part without any."""
    kept, at, head_length = [], 0, 0
    pending: list[bytes] = []
    try:
        while at < len(data):
            begin = at
            tag, at = read_varint(data, at)
            if tag & 7 != 2:
                raise IndexError
            length, at = read_varint(data, at)
            at += length
            if at > len(data):
                raise IndexError
            if tag >> 3 == _CONTEXT:
                kept += pending
                pending = []
                head_length = at
            else:
                pending.append(data[begin:at])
    except IndexError:
        raise BadInputError(f"{path}: record {number} is no SequenceExample") from None
    return head_length, b"".join(kept)
