"""Names and reasons from outside are shown, steer no terminal, and fit into the names of files."""

from __future__ import annotations

import json

import numpy as np
import pytest

LABELS = np.eye(2)[[0, 1, 0, 1]]
REASON = "\x1b[2J\u202e gone $x$"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_scoring_cannot_be_made_to_steer_the_terminal(run_files, monkeypatch, encoding: str) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    run_files.name = "\x1b[2J$\\frac{歌"
    run_files.finished(LABELS, [LABELS, LABELS[:3]], [1.0, 2.0])
    run_files.end(0, json.dumps(REASON))
    (run_files.predictions / f"{run_files.name}.predict_9").write_text("1 0\n")
    done = run_files.score("--verbose")
    assert done.exit_code == 0
    song = "歌" if encoding == "utf-8" else r"\u6b4c"
    assert rf"task \x1b[2J$\frac{{{song}: 4 test clips" in done.stdout
    assert r"the run is failed: \x1b[2J\u202e gone $x$" in done.stdout
    assert rf"\x1b[2J$\frac{{{song}.predict_9 does not count" in done.stderr
    assert not any(ord(mark) < 32 and mark != "\n" for mark in done.stdout + done.stderr)
    assert done.curve["reason"] == REASON and done.curve["task_name"] == run_files.name
    assert [path.name for path in done.folder.glob("*.png")] == ["learning-curve-__2J__frac_歌.png"]


def test_the_longest_name_of_a_task_can_be_drawn(run_files) -> None:
    run_files.name = "歌" * 80
    run_files.finished(LABELS, [LABELS], [1.0])
    assert run_files.score().exit_code == 0
    (picture,) = run_files.scores.glob("*.png")
    assert picture.name == f"learning-curve-{'歌' * 66}.png"
