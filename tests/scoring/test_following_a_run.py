"""A run that is still being written while it is scored."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np

LABELS = np.eye(3)[[0, 1, 2, 0, 1, 2]]
REFRESH = 'http-equiv="refresh"'


def number_of_predictions(run_files):
    path = run_files.scores / "learning_curve.json"
    return len(json.loads(path.read_text())["predictions"]) if path.exists() else 0


def append(path, text):
    with path.open("a") as file:
        file.write(text)


def test_half_written_files_are_waited_for(run_files, wait_until, keep_fresh):
    run_files.solution(LABELS)
    start = run_files.predictions / "start.txt"
    page = run_files.scores / "detailed_results.html"
    # Begun first, and given files that end in the middle: each is dated into the future, as one that is being written.
    scorer = run_files.follow()
    wait_until(page.exists)
    assert "waiting for the ingestion program" in page.read_text()

    header = run_files.header(pid=os.getpid(), start_time=time.time())
    start.write_text(header[:30])
    keep_fresh(start)
    time.sleep(0.3)
    start.write_text(header + "0: 1")
    keep_fresh(start)
    path = run_files.predict(0, LABELS[:2])
    keep_fresh(path)
    wait_until(lambda: page.is_file() and "no prediction yet" in page.read_text())
    append(start, "2.5\n")
    time.sleep(0.3)
    assert number_of_predictions(run_files) == 0
    run_files.predict(0, LABELS)
    wait_until(lambda: number_of_predictions(run_files) == 1)
    assert json.loads((run_files.scores / "scores.json").read_text())["score"] > 0
    assert REFRESH in page.read_text()

    run_files.predict(1, 1 - LABELS)
    append(start, "1: 20.25\n")
    wait_until(lambda: number_of_predictions(run_files) == 2)
    end = run_files.predictions / "end.txt"
    end.write_text("ingestion_duration: 21.0\ningestion_succ")
    keep_fresh(end)
    time.sleep(0.3)
    assert scorer.poll() is None
    run_files.end(reason="time budget used up")
    stdout, stderr = scorer.communicate(timeout=60)

    assert (scorer.returncode, stderr) == (0, "")
    assert [line.split(",")[0] for line in stdout.splitlines()[:2]] == [
        "prediction 0: 12.50 s",
        "prediction 1: 20.25 s",
    ]
    assert REFRESH not in page.read_text()
    assert "finished: time budget used up" in page.read_text()
    assert not [path for path in run_files.scores.iterdir() if path.suffix == ".tmp"]


def test_a_new_run_in_the_same_folder_starts_over(run_files, wait_until):
    run_files.solution(LABELS)
    run_files.predict(0, LABELS)
    run_files.start([1.0], start_time=time.time() - 5, pid=os.getpid())
    scorer = run_files.follow()
    wait_until(lambda: number_of_predictions(run_files) == 1)
    run_files.start([], start_time=time.time(), pid=os.getpid())
    page = run_files.scores / "detailed_results.html"
    wait_until(lambda: page.is_file() and "no prediction yet" in page.read_text())
    run_files.end(success=0, reason="raised ValueError: in train")
    scorer.communicate(timeout=60)

    assert scorer.returncode == 0
    assert json.loads((run_files.scores / "scores.json").read_text())["score"] == 0
    assert "failed: raised ValueError: in train" in page.read_text()


def test_an_ingestion_program_that_dies_ends_the_run(run_files, wait_until):
    run_files.solution(LABELS)
    run_files.predict(0, LABELS)
    ingestion = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run_files.start([1.0], start_time=time.time(), pid=ingestion.pid)
    scorer = run_files.follow()
    wait_until(lambda: number_of_predictions(run_files) == 1)
    ingestion.communicate(b"\n", timeout=60)
    stdout, stderr = scorer.communicate(timeout=60)

    assert scorer.returncode == 0
    assert stdout.splitlines()[-1].startswith("ALC 0.9")
    assert f"the ingestion program (process {ingestion.pid}) is gone" in stderr


def test_a_run_whose_time_is_long_over_is_not_waited_for(run_files):
    long_ago = time.time() - 7200
    run_files.solution(LABELS)
    run_files.predict(0, LABELS)
    run_files.start([1.0], start_time=long_ago, pid=os.getpid())
    os.utime(run_files.predictions / "start.txt", (long_ago, long_ago))

    outcome = run_files.score()

    assert outcome.exit_code == 0
    assert outcome.scores["score"] > 0.9
    assert "long over" in outcome.page


def test_a_scorer_that_is_stopped_leaves_its_scores(run_files, wait_until):
    run_files.solution(LABELS)
    run_files.predict(0, LABELS)
    run_files.start([1.0], start_time=time.time(), pid=os.getpid())
    scorer = run_files.follow()
    wait_until(lambda: number_of_predictions(run_files) == 1)
    scorer.send_signal(signal.SIGTERM)
    scorer.communicate(timeout=60)

    assert scorer.returncode == 1
    assert json.loads((run_files.scores / "scores.json").read_text())["score"] > 0.9
    assert REFRESH not in (run_files.scores / "detailed_results.html").read_text()
