"""The wire format of TensorFlow's `SequenceExample` for a waveform, built with NumPy.

AutoDL wants one `Feature` for each time step, which for sound is one for each sample. Through the classes of protobuf
that is a Python object a sample; but all of these messages are alike, so that a clip is one array of 10-byte records.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

DENSE_INPUT = "0_dense_input"
# FeatureList.feature (8 bytes) > Feature.float_list (6 bytes) > FloatList.value, packed (4 bytes) > the sample.
_STEP_HEAD = np.frombuffer(bytes([0x0A, 8, 0x12, 6, 0x0A, 4]), np.uint8)
_STEP = np.dtype([("head", np.uint8, (6,)), ("sample", "<f4")])
_BYTES, _FLOATS, _INTEGERS = 1, 2, 3


def encode_clip(clip: npt.NDArray[np.float32], number: int, classes: Iterable[int]) -> bytes:
    """Serialise one clip as a `SequenceExample`.

    Args:
        clip: Waveform of shape `(samples,)`.
        number: The clip's `id`.
        classes: Indices of its classes; none for a test clip.

    Returns:
        The message: context features `id`, `label_index` and `label_score`, feature list `0_dense_input`.

    References:
        tensorflow/core/example/example.proto and feature.proto; protobuf.dev/programming-guides/encoding.
    """
    indices = list(classes)
    scores = np.ones(len(indices), "<f4").tobytes()
    context = (
        _entry("id", _field(_INTEGERS, _packed([number])))
        + _entry("label_index", _field(_INTEGERS, _packed(indices)))
        + _entry("label_score", _field(_FLOATS, _field(1, scores) if scores else b""))
    )
    steps = np.empty(len(clip), _STEP)
    steps["head"] = _STEP_HEAD
    steps["sample"] = clip
    return _field(1, context) + _field(2, _entry(DENSE_INPUT, steps.tobytes()))


def _entry(key: str, value: bytes) -> bytes:
    """One pair of a map, whose field number is 1 in both `Features` and `FeatureLists`."""
    return _field(1, _field(1, key.encode()) + _field(2, value))


def _packed(numbers: list[int]) -> bytes:
    return _field(1, b"".join(map(_varint, numbers))) if numbers else b""


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 0x7F:
        digits.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*digits, number])
