"""What a submission's process may announce and send in place of a prediction."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "ingestion"))

from prediction_check import announced_size, read_prediction
from submission_fault import SubmissionFaultError

WANTED = (4, 2)
GOOD = {"shape": [4, 2], "dtype": "float32", "bytes": 160}


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def headed(header: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(64)


def zipped() -> bytes:
    file = io.BytesIO()
    np.savez(file, np.zeros(WANTED))
    return file.getvalue()


def test_a_prediction_is_read():
    prediction = read_prediction(npy(np.full(WANTED, 0.5, "float32")), WANTED)
    assert prediction.dtype == np.float64
    assert (prediction == 0.5).all()
    assert announced_size(GOOD, WANTED) == 160


SENT = {
    "a zip file of arrays": (zipped(), "no array"),
    "a damaged zip file": (b"PK\x03\x04" + bytes(100), "no array"),
    "nothing": (b"", "no array"),
    "objects": (npy(np.array([[None] * 2] * 4)), "no array"),
    "a shape of a terabyte": (
        headed("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 2)}"),
        "no array",
    ),
    "a negative shape": (headed("{'descr': '<f8', 'fortran_order': False, 'shape': (-4, 2)}"), "no array"),
    "a header of brackets": (headed("[" * 9000), "no array"),
    "an open text in the header": (headed("{'descr': '''<f8"), "no array"),
    "another shape": (npy(np.zeros((2, 4))), r"the shape \(2, 4\); \(4, 2\) is needed"),
    "complex numbers": (npy(np.zeros(WANTED, complex)), "holds complex128"),
    "NaN": (npy(np.full(WANTED, np.nan)), "8 NaN"),
}


@pytest.mark.parametrize("case", SENT)
def test_what_is_sent_in_its_place_is_the_submissions_fault(case):
    with pytest.raises(SubmissionFaultError, match=SENT[case][1]):
        read_prediction(SENT[case][0], WANTED)


ANNOUNCED = {
    "no shape": ({"dtype": "f4", "bytes": 1}, "no array"),
    "an infinite shape": (GOOD | {"shape": [float("inf"), 2]}, "no array"),
    "an infinite size": (GOOD | {"bytes": float("inf")}, "no array"),
    "a size of 400 digits": (GOOD | {"bytes": 10**400}, "a prediction of 10000000000000000000 bytes"),
    "a negative size": (GOOD | {"bytes": -1}, "a prediction of -1 bytes"),
    "a type of several": (GOOD | {"dtype": "f4,(3"}, "no array"),
    "a type of fields": (GOOD | {"dtype": {"names": ["a"], "formats": ["f4"]}}, "holds void32"),
    "no type": (GOOD | {"dtype": []}, "no array|holds"),
    "a long shape": (GOOD | {"shape": [1] * 5000}, "the shape"),
}


@pytest.mark.parametrize("case", ANNOUNCED)
def test_what_is_announced_in_its_place_is_the_submissions_fault(case):
    with pytest.raises(SubmissionFaultError, match=ANNOUNCED[case][1]) as caught:
        announced_size(ANNOUNCED[case][0], WANTED)
    assert len(str(caught.value)) < 300
