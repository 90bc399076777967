"""Each faulty submission, driven through the real program: what it predicted before its fault is kept."""

from __future__ import annotations

import importlib.util
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from ingestion_program import PROGRAM, SUBMISSIONS, processes_that_mention

# submission, flags, exit code, predictions kept (None: at least one), what end.txt says
CASES = [
    ("good", [], 0, 2, "done_training"),
    ("module_names", [], 0, 1, "done_training"),
    ("ends_with_none", [], 0, 1, "done_training"),
    ("noisy", ["--time_budget", "30"], 0, 1, "done_training"),
    ("raises_after_prediction", [], 1, 1, "raised ValueError: the loss is not finite: it is NaN in train"),
    ("raises_in_init", [], 1, 0, "raised KeyError: 'width' in __init__"),
    ("syntax_error", [], 1, 0, r"raised SyntaxError: expected ':' \(model.py, line 3\) in import"),
    ("no_model", [], 1, 0, "has no model.py"),
    ("sleeps_in_init", ["--init_budget", "2"], 1, 0, r"import and __init__ took more than 2 s"),
    ("sleeps_in_native_code", ["--time_budget", "2"], 0, 1, "time budget used up"),
    ("ignores_sigterm", ["--time_budget", "2"], 0, 1, "time budget used up"),
    ("changes_its_clock", ["--time_budget", "2"], 0, None, "time budget used up"),
    ("wrong_shape", [], 1, 1, r"has the shape \(4, 4\); \(4, 3\) is needed"),
    ("nan", [], 1, 1, "holds 1 NaN and 1 infinite of 12 values"),
    ("returns_none", [], 1, 1, "returned None"),
    ("returns_objects", [], 1, 0, "raised ValueError: .* in test: what it returned is no array"),
    ("os_exit", [], 1, 1, "exited with code 3"),
    ("segfault", [], 1, 1, r"killed by signal 11 \(SIGSEGV\)"),
    ("forks_children", [], 1, 1, r"killed by signal 9 \(SIGKILL\)"),
    ("eats_memory", ["--memory_limit", "0.5"], 1, 1, "used more than 0.5 GiB of memory"),
    ("garbage_on_pipe", [], 1, 1, "sent something else than answers"),
    ("claims_a_huge_prediction", [], 1, 1, "has the shape \\(1000000, 1000000\\)"),
    ("closes_descriptors", [], 1, 1, "exited with code|closed the descriptors"),
]


@pytest.mark.parametrize(("name", "flags", "code", "kept", "reason"), CASES, ids=[case[0] for case in CASES])
def test_what_a_submission_leaves(run_program, data_set, tmp_path, name, flags, code, kept, reason):
    private = tmp_path / "private"
    private.mkdir()
    run = run_program(data_set, name, *(flags or ["--time_budget", "8"]), TMPDIR=str(private))
    budget = run.start["time_budget"] + (2 if "--init_budget" in flags else 0)
    past = max(0.0, run.seconds - budget)
    print("\n" + run.row(name, past))
    assert run.code == code, run.stdout + run.stderr
    assert re.search(reason, run.end["reason"])
    assert run.end["ingestion_success"] == (1 if code == 0 else 0)
    assert run.stdout.splitlines()[-1].endswith(run.end["reason"])
    assert past <= 10
    assert len(run.predictions) == kept if kept is not None else run.predictions
    assert all(prediction.shape == (4, 3) for prediction in run.predictions)
    assert run.stamps == sorted(run.stamps)
    assert all(0 <= stamp <= budget for stamp in run.stamps)
    assert not list(private.iterdir())
    assert not processes_that_mention(str(private))
    assert not processes_that_mention(f"left behind by {name}")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"is": "prediction", "shape": [Infinity, 3], "dtype": "float64"}', "announced a prediction that is no array"),
        ('{"is": "prediction", "shape": [4, 3], "dtype": "f8,("}', "prediction holds f8,(, not real numbers"),
        ('{"is": "prediction", "shape": [4, 3], "dtype": {"names": ["a"]}}', "announced a prediction that is no array"),
        ('{"is": "fault", "where": "\\ud800", "error": "\\u001b[2J", "traceback": "\\u001b[2J"}', "raised [2J in"),
    ],
)
def test_forged_answers_are_the_submission_s_fault(run_program, data_set, tmp_path, line, reason):
    forged = "\n".join(['{"is": "trained"}', '{"is": "tested"}', line, ""]).encode()
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import contextlib, os, time\n"
        "class Model:\n"
        "    def __init__(self, metadata):\n"
        "        pass\n"
        "    def train(self, dataset, remaining_time_budget=None):\n"
        "        for descriptor in range(3, 64):\n"
        "            with contextlib.suppress(OSError):\n"
        f"                os.write(descriptor, {forged!r})\n"
        "        time.sleep(60)\n"
    )
    run = run_program(data_set, submission, "--time_budget", "5", PYTHONIOENCODING="utf-8:strict")
    assert run.code == 1, run.stderr
    assert reason in run.end["reason"]
    assert "\x1b" not in run.stdout


def test_the_log_is_bounded_and_keeps_the_start(run_program, data_set):
    run = run_program(data_set, "noisy", "--time_budget", "30")
    log = (run.output / "submission.log").read_bytes()
    assert 10_000_000 <= len(log) < 10_001_000
    assert b"the log ends here" in log[-100:]


def test_a_fault_shows_its_traceback(run_program, data_set):
    run = run_program(data_set, "raises_after_prediction", "--time_budget", "8")
    assert 'raise ValueError("the loss is not finite' in run.stdout
    assert "Traceback" in (run.output / "submission.log").read_text()
    quiet_end = run_program(data_set, "os_exit", "--time_budget", "8")
    assert "about to leave" in quiet_end.stdout


def test_no_trace_leads_to_the_solution(run_program, data_set):
    run = run_program(data_set, "snoop", "--time_budget", "60", AUTOSPEECH_DATA=str(data_set), CORPUS=f"{data_set}/x")
    print("\n" + run.row("snoop", 0))
    assert run.code == 0, run.stdout + run.stderr
    assert not run.predictions[0].any(), (run.output / "submission.log").read_text()


def test_the_snoop_finds_what_is_in_the_open(data_set):
    spec = importlib.util.spec_from_file_location("snoop", SUBMISSIONS / "snoop" / "model.py")
    snoop = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(snoop)
    found = snoop.search([f"X={data_set}/hidden_task.data/train.pkl"])
    assert str(data_set / "hidden_task.solution") in found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_run(data_set, tmp_path, number):
    output = tmp_path / "output"
    command = [sys.executable, str(PROGRAM), "--dataset_dir", str(data_set), "--output_dir", str(output)]
    variables = {"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(
        [*command, "--code_dir", str(SUBMISSIONS / "ignores_sigterm"), "--time_budget", "60"], env=variables
    ) as program:
        _wait_until((output / "hidden_task.predict_0").exists)
        program.send_signal(number)
        assert program.wait(15) == 128 + number
    end = (output / "end.txt").read_text()
    assert f"stopped by {number.name}" in end
    assert "ingestion_success: 0" in end
    assert not processes_that_mention(f"{tmp_path}/ingestion-")
    assert not list(Path(tmp_path).glob("ingestion-*"))


def test_the_submission_goes_with_a_killed_program(data_set, tmp_path):
    output = tmp_path / "output"
    command = [sys.executable, str(PROGRAM), "--dataset_dir", str(data_set), "--output_dir", str(output)]
    with subprocess.Popen(
        [*command, "--code_dir", str(SUBMISSIONS / "ignores_sigterm")], env={"TMPDIR": str(tmp_path)}
    ) as program:
        _wait_until((output / "hidden_task.predict_0").exists)
        assert processes_that_mention(f"{tmp_path}/ingestion-")
        program.kill()
    _wait_until(lambda: not processes_that_mention(f"{tmp_path}/ingestion-"))


def _wait_until(happened, seconds=30):
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_numbers_survive_as_they_are(run_program, data_set, tmp_path):
    submission = tmp_path / "submission"
    submission.mkdir()
    (submission / "model.py").write_text(
        "import numpy as np\n"
        "class Model:\n"
        "    done_training = True\n"
        "    def __init__(self, metadata): self.done_training = False\n"
        "    def train(self, dataset, remaining_time_budget=None): self.done_training = True\n"
        "    def test(self, dataset, remaining_time_budget=None):\n"
        "        return np.linspace(0.1, 1e-30, 12, dtype='float32').reshape(4, 3)\n"
    )
    run = run_program(data_set, submission)
    want = np.linspace(0.1, 1e-30, 12, dtype="float32").reshape(4, 3)
    assert (run.predictions[0].astype(np.float32) == want).all()
