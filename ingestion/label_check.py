"""See that the labels of training records are those of classes, before a budget runs; no TensorFlow needed."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from bad_input_error import BadInputError
from tf_records import read_records, read_varint

# Numbers of the fields on the way: SequenceExample.context, Features.feature, a map's key and value, and of a Feature
# its list of floats or of integers, which hold their values in field 1.
_CONTEXT, _FEATURE, _KEY, _VALUE, _FLOATS, _INTEGERS, _VALUES = 1, 1, 1, 2, 2, 3, 1
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


def count_labelled_records(path: Path, class_num: int) -> int:
    """Count the records of a file, and see that each label index has a score and a class.

    Args:
        path: A TFRecord file of SequenceExamples.
        class_num: Number of classes.

    Returns:
        Number of records.

    Raises:
        BadInputError: The file is cut short or holds something else, or a label is wrong.
    """
    count = 0
    for data, _ in read_records(path):
        try:
            indices, scores = _labels(memoryview(data))
        except (IndexError, struct.error, UnicodeDecodeError):
            raise BadInputError(f"{path}: record {count} is no SequenceExample") from None
        wrong = next((index for index in indices if not 0 <= index < class_num), None)
        if wrong is not None:
            raise BadInputError(
                f"{path}: record {count} has the label index {wrong}; output_dim is {class_num}, so that it must be "
                f"from 0 to {class_num - 1}"
            )
        if len(indices) != scores:
            raise BadInputError(
                f"{path}: record {count} has {len(indices)} label indices and {scores} label scores; each index needs "
                "one"
            )
        count += 1
    return count


def _labels(data: memoryview) -> tuple[list[int], int]:
    """Return the label indices of a record and how many scores it has."""
    indices: list[int] = []
    scores = 0
    for context in _messages(data, _CONTEXT):
        for entry in _messages(context, _FEATURE):
            key = b"".join(bytes(name) for name in _messages(entry, _KEY))
            feature = [part for value in _messages(entry, _VALUE) for part in _fields(value)]
            lists = [value for number, value in feature if number in (_FLOATS, _INTEGERS)]
            values = [value for part in lists for number, value in _fields(part) if number == _VALUES]
            if key == b"label_index":
                indices = [index for value in values for index in _integers(value)]
            elif key == b"label_score":
                scores = sum(len(value) // 4 for value in values)
    return indices, scores


def _integers(value: memoryview) -> Iterator[int]:
    at = 0
    while at < len(value):
        number, at = read_varint(value, at)
        yield number - (1 << 64) if number >= 1 << 63 else number


def _messages(data: memoryview, number: int) -> Iterator[memoryview]:
    return (value for field, value in _fields(data) if field == number)


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield the number and the bytes of each field of a message."""
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        begin = at
        if tag & 7 == _VARINT:
            _, at = read_varint(data, at)
        elif tag & 7 == _BYTES:
            length, begin = read_varint(data, at)
            at = begin + length
        elif tag & 7 in (_EIGHT_BYTES, _FOUR_BYTES):
            at += 8 if tag & 7 == _EIGHT_BYTES else 4
        else:
            raise IndexError
        if at > len(data):
            raise IndexError
        yield tag >> 3, data[begin:at]
