"""The scores and ALC of the official program, through the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

CASES = 11


@pytest.fixture(scope="module")
def vectors(data_dir: Path) -> list[dict]:
    cases = json.loads((data_dir.parent / "vectors" / "alc.json").read_text())
    assert len(cases) == CASES
    return cases


@pytest.mark.parametrize("index", range(CASES))
def test_scores_and_alc_are_the_official_ones(index, vectors, run_files):
    case = vectors[index]
    run_files.name = case["name"]
    matrices = [np.array(matrix) for matrix in case["predictions"]]
    run_files.finished(np.array(case["solution"]), matrices, case["timestamps"], budget=case["time_budget"])

    outcome = run_files.score()

    assert outcome.exit_code == 0
    assert [one["nauc"] for one in outcome.curve["predictions"]] == pytest.approx(case["scores"], abs=1e-9)
    assert outcome.scores["score"] == pytest.approx(case["alc"], abs=1e-9)
    assert outcome.scores["Duration"] == max(case["timestamps"])
    assert float((outcome.folder / "scores.txt").read_text().split()[1]) == outcome.scores["score"]
