"""The output folder by itself: clocks that jump and disks that are full."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml
from ingestion_program import PROGRAM


@pytest.fixture
def output_folder(monkeypatch):
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    yield __import__("output_folder")
    for name in ("output_folder", "machine_fault", "run_journal", "tree_removal", "bad_input_error"):
        sys.modules.pop(name, None)


def _read(path: Path) -> dict:
    return yaml.safe_load(path.read_text())


def test_a_clock_that_is_set_changes_nothing(tmp_path, output_folder, monkeypatch):
    output = output_folder.OutputFolder(tmp_path)
    output.start("task", 10, absolute=True)
    began = _read(tmp_path / "start.txt")["start_time"]
    monkeypatch.setattr(time, "time", lambda: began - 5000)
    output.add_prediction(np.eye(2), 0.5)
    output.end(True, "done")
    assert _read(tmp_path / "start.txt")[0] == pytest.approx(began + 0.5)
    end = _read(tmp_path / "end.txt")
    assert 0 <= end["ingestion_duration"] < 5
    assert end["end_time"] == pytest.approx(began + end["ingestion_duration"], abs=1e-3)


def test_a_full_disk_is_told_and_the_end_is_written(tmp_path, output_folder, small_disk):
    disk = small_disk("size=256k")
    output = output_folder.OutputFolder(disk)
    output.start("task", 10)
    output.add_prediction(np.eye(2), 0.5)
    with (disk / "rubbish").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(b"x")
    large = np.random.default_rng(0).random((400, 50))
    for _ in range(2):
        with pytest.raises(output_folder.MachineFaultError, match=r"disk: the disk is full \(No space"):
            output.add_prediction(large, 0.6)
    with pytest.raises(output_folder.MachineFaultError):
        output.end(False, "the disk is full" + "!" * 600)
    assert _read(disk / "end.txt")["reason"].startswith("the disk is full")
    start = _read(disk / "start.txt")
    assert start[0] == 0.5 and 1 not in start and 2 not in start
    assert {path.name for path in disk.iterdir()} == {"start.txt", "end.txt", "task.predict_0", "rubbish"}


def test_a_disk_that_is_full_from_the_start(tmp_path, output_folder, small_disk):
    disk = small_disk("size=64k")
    (disk / "rubbish").write_bytes(b"x" * 65536)
    with pytest.raises(output_folder.MachineFaultError, match=r"the disk is full .*; --output_dir needs room"):
        output_folder.OutputFolder(disk)


def test_what_is_too_large_to_keep_is_removed_when_it_was_forged(tmp_path, output_folder):
    output = output_folder.OutputFolder(tmp_path)
    output._journal._limit = 0
    output.start("task", 10)
    for _ in range(2):
        output.add_prediction(np.eye(2), 0.5)
    (tmp_path / "task.predict_1").write_text("1 0\n1 0\n")
    output.end(True, "done")
    assert (tmp_path / "task.predict_0").exists()
    assert not (tmp_path / "task.predict_1").exists()
