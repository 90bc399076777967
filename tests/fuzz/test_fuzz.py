"""Damaged inputs of all readers: no crash, no undocumented error, nothing that takes long or much memory.

`FUZZ_INPUTS=100000` sets how many there are of all kinds together; `fuzz_input.py` makes a single one again.
"""

from __future__ import annotations

import os

import pytest
from fuzz_kinds import KINDS
from fuzz_run import HEAD, fuzz

INPUTS = int(os.environ.get("FUZZ_INPUTS", "20000"))
PICKLES = 100_000
# These load TensorFlow or parquet, and take some hundredths of a second each.
SHARES = {"autodl": 0.2, "parquet": 0.3, "sounds": 4.0}
_WHOLE = sum(SHARES.get(kind, 1.0) for kind in KINDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_inputs_end_in_documented_errors(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = fuzz(kind, 0, int(INPUTS * SHARES.get(kind, 1.0) / _WHOLE))
    with capsys.disabled():
        print(f"\n{HEAD}\n{figures.row()}")
    if kind == "parquet":  # pyarrow makes room for what a page says of its size, which has 31 bits
        figures.faults.pop("large", None)
        figures.faults.pop("slow", None)
    assert not figures.faults, "\n".join(figures.faults.values())


@pytest.mark.slow
def test_a_hundred_thousand_pickles(capsys: pytest.CaptureFixture[str]) -> None:
    figures = fuzz("unpickled", 1_000_000, 1_000_000 + PICKLES)
    with capsys.disabled():
        print(f"\n{HEAD}\n{figures.row()}")
    assert not figures.faults, "\n".join(figures.faults.values())
    assert figures.outcomes["read"] > 1000


@pytest.mark.parametrize("kind", ["unpickled", "solutions", "messages"])
def test_a_few_damaged_inputs(kind: str) -> None:
    figures = fuzz(kind, 0, 300)
    assert not figures.faults, "\n".join(figures.faults.values())
    assert sum(figures.outcomes.values()) == 300


@pytest.mark.slow
def test_faults_are_found() -> None:
    figures = fuzz("faulty", 267, 274)
    assert figures.outcomes == {"read": 4, "signal 11": 1, "undocumented KeyError": 1, "unprintable message": 1}
    assert {"signal 11", "slow", "large"} < figures.faults.keys()
    assert len(figures.faults) == 5
