from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.soak import COLUMNS, main, table


def test_the_table_tells_the_start_and_each_tenth() -> None:
    told = [dict.fromkeys(COLUMNS, 0.0), dict.fromkeys(COLUMNS, 12.5)]
    lines = table("fits", told).splitlines()
    assert lines[0].startswith("| fits done | seconds | MB |")
    assert len(lines) == 4
    assert lines[-1] == "|" + " 12.5 |" * len(COLUMNS)


@pytest.mark.slow
def test_a_process_does_not_grow_with_what_it_has_done(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(48):
        folder = tmp_path / "sounds" / ("train" if number < 32 else "test") / f"class {number % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        tone = 0.3 * np.sin(np.arange(8000) * (0.1 + 0.05 * (number % 2))) + 0.05 * rng.normal(size=8000)
        soundfile.write(folder / f"{number}.wav", tone, 16000)
    counts = ["--fits", "8", "--predicts", "20", "--runs", "3"]
    figures = tmp_path / "figures.json"
    assert main([str(tmp_path / "sounds"), *counts, "--budget", "8", "--json", str(figures)]) == 0
    for kind, told in json.loads(figures.read_text("utf-8")).items():
        # The first ones load libraries, and start their threads.
        settled, last = told[len(told) // 2], told[-1]
        assert last["MB"] < settled["MB"] + 45, kind
        assert last["descriptors"] <= settled["descriptors"], kind
        assert last["threads"] <= settled["threads"] + 2, kind
        assert last["processes"] == 0, kind
        assert last["temporary files"] == told[0]["temporary files"], kind
