"""A clock that is set while a run lasts must not end the run."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "scoring"))

from ingestion_watch import IngestionWatch
from run_folder import RunFolder
from run_start import RunStart

HOURS = 7 * 3600.0


def set_clock(monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + step)


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let time pass by all clocks, without waiting."""
    monotonic, wall = time.monotonic, time.time
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + seconds)
    monkeypatch.setattr(time, "time", lambda: wall() + seconds)


@pytest.mark.parametrize("step", [HOURS, -HOURS])
def test_a_file_settles_by_the_time_that_passes(step: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = RunFolder(tmp_path)
    assert folder.settled("end.txt")
    (tmp_path / "end.txt").write_text("ingestion_succ")
    assert not folder.settled("end.txt")
    set_clock(monkeypatch, step)
    assert not folder.settled("end.txt")
    let_pass(monkeypatch, 4.0)
    (tmp_path / "end.txt").write_text("ingestion_success")
    assert not folder.settled("end.txt")
    let_pass(monkeypatch, 4.0)
    assert not folder.settled("end.txt")
    let_pass(monkeypatch, 2.0)
    assert folder.settled("end.txt")


def test_a_file_that_is_old_has_settled_at_the_first_look(tmp_path: Path) -> None:
    (tmp_path / "end.txt").write_text("ingestion_succ")
    os.utime(tmp_path / "end.txt", (time.time() - 10, time.time() - 10))
    assert RunFolder(tmp_path).settled("end.txt")


@pytest.mark.parametrize("step", [HOURS, -HOURS])
def test_a_run_is_over_by_the_time_that_passes(step: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = IngestionWatch(RunFolder(tmp_path))
    (tmp_path / "start.txt").write_text(f"start_time: {time.time()}\n")
    start = RunStart.parse(f"start_time: {time.time()}\n", False)
    assert start is not None
    assert watch.verdict(start, 10.0) is None
    let_pass(monkeypatch, 100.0)
    set_clock(monkeypatch, step)
    assert watch.verdict(start, 10.0) is None
    let_pass(monkeypatch, 1300.0)
    # Where the clock was set back, the file looks young, and is given its while.
    watch.verdict(start, 10.0)
    let_pass(monkeypatch, 100.0)
    assert watch.verdict(start, 10.0) == "the budget and the start-up time are long over and there is no end.txt"
