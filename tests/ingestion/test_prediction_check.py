"""What a submission's process may announce and send in place of a prediction."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "ingestion"))

from prediction_check import announced_dtype, read_prediction
from submission_fault import SubmissionFaultError

WANTED = (4, 2)
GOOD = {"shape": [4, 2], "dtype": "float32"}


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "float16", "float32", "float64", "longdouble"])
def test_a_prediction_is_read(dtype):
    array = (np.arange(8).reshape(WANTED) / 2).astype(dtype)
    announced = announced_dtype({"shape": [4, 2], "dtype": array.dtype.name}, WANTED)
    prediction = read_prediction(array.tobytes(), announced, WANTED)
    assert prediction.dtype == np.float64
    assert (prediction == array).all()


def test_what_is_not_finite_is_the_submissions_fault():
    sent = np.full(WANTED, np.nan)
    sent[0] = np.inf
    with pytest.raises(SubmissionFaultError, match="6 NaN and 2 infinite of 8 values"):
        read_prediction(sent.tobytes(), sent.dtype, WANTED)


ANNOUNCED = {
    "no shape": ({"dtype": "float32"}, "no array"),
    "an infinite shape": (GOOD | {"shape": [float("inf"), 2]}, "no array"),
    "a size of 5,000 digits": (GOOD | {"shape": [10**5000, 2]}, r"the shape \(\.\.\.\)"),
    "a negative size": (GOOD | {"shape": [-4, 2]}, r"the shape \(-4, 2\); \(4, 2\) is needed"),
    "one size": (GOOD | {"shape": [8]}, r"the shape \(8,\)"),
    "no size": (GOOD | {"shape": []}, r"the shape \(\)"),
    "a long shape": (GOOD | {"shape": [1] * 5000}, r"the shape \(1, 1, 1, ...\)"),
    "a type of several": (GOOD | {"dtype": "f4,(3"}, "holds f4,"),
    "a type of fields": (GOOD | {"dtype": {"names": ["a"], "formats": ["f4"]}}, "no array"),
    "objects": (GOOD | {"dtype": "object"}, "holds object"),
    "complex numbers": (GOOD | {"dtype": "complex128"}, "holds complex128"),
    "a long name of a type": (GOOD | {"dtype": "f" * 10**5}, "holds fff"),
}


@pytest.mark.parametrize("case", ANNOUNCED)
def test_what_is_announced_in_its_place_is_the_submissions_fault(case):
    with pytest.raises(SubmissionFaultError, match=ANNOUNCED[case][1]) as caught:
        announced_dtype(ANNOUNCED[case][0], WANTED)
    assert len(str(caught.value)) < 300
