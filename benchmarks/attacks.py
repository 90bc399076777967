"""What hostile submissions get: each is run with isolation and without, as this user and, for root, as an ordinary one.

Run with `python -m benchmarks.attacks [NAME ...]`. It prints, for each, how long the program outlasted its budget, what
was left running, how many predictions were kept, their score, and what `end.txt` says. The submissions are those of the
tests; `AUTOSPEECH_ATTACK` marks their processes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "tests" / "ingestion" / "submissions"
_ORDINARY_USER = 65533
_MARK = "AUTOSPEECH_ATTACK"
# What some of them need to show what they do, in a short time.
_OPTIONS = {
    "eats_memory": ["--memory_limit=0.5"],
    "sleeps_in_init": ["--init_budget=2"],
    "attacker": ["--task_limit=200"],
}
# The submission `attacker` does what a variable says.
_ATTACKER = (
    *("fork_storm", "fork_storm_in_own_sessions", "hop", "outlive_the_first_thread", "send_every_signal", "stop_both"),
    *("stop_both_over_and_over", "kill_the_worker", "kill_the_keeper", "bury", "forge", "put_folders_in_place"),
    *("move_the_output", "close_the_output"),
)


def write_data_set(folder: Path) -> None:
    """Write a task of three classes, with its solution beside it."""
    data = folder / "hidden_task.data"
    data.mkdir(parents=True)
    generator = np.random.default_rng(0)
    labels = {"train": np.eye(3)[[0, 1, 2, 0, 1, 2]], "test": np.eye(3)[[0, 1, 2, 0]]}
    for split, rows in labels.items():
        clips = [generator.normal(scale=0.1, size=400 + 10 * number).astype("float32") for number in range(len(rows))]
        (data / f"{split}.pkl").write_bytes(pickle.dumps(clips))
    np.savetxt(data / "train.solution", labels["train"], fmt="%d")
    np.savetxt(folder / "hidden_task.solution", labels["test"], fmt="%d")
    (data / "meta.json").write_text(json.dumps({"class_num": 3, "train_num": 6, "test_num": 4}))


def survivors(mark: str) -> list[int]:
    """Living processes that carry a mark in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (entry / "environ").read_bytes() and " Z " not in (entry / "stat").read_text():
                found.append(int(entry.name))
    return found


def attack(name: str, isolation: str, user: int | None, budget: float) -> str:
    """Run one submission; returns its row of the table."""
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        write_data_set(folder / "data")
        (folder / "tmp").mkdir()
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        command = [sys.executable, str(ROOT / "ingestion" / "ingestion.py"), f"--dataset_dir={folder / 'data'}"]
        submission, _, what = name.partition(":")
        command += [f"--output_dir={folder / 'out'}", f"--code_dir={SUBMISSIONS / submission}"]
        command += [f"--isolation={isolation}", f"--time_budget={budget}", *_OPTIONS.get(submission, [])]
        if user is not None:
            os.chown(folder, user, user)
            os.chown(folder / "tmp", user, user)
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        environment = os.environ | {_MARK: mark, "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "tmp")}
        environment |= {"ATTACK": what, "OUTPUT": str(folder / "out")}
        scoring = _start_scoring(folder)
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, timeout=120)
        past = time.monotonic() - began - budget
        left = survivors(mark)
        for process in left:
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        end = _read(folder / "out" / "end.txt")
        start = _read(folder / "out" / "start.txt")
        kept = sum(isinstance(key, int) for key in start)
        scoring.wait(120)
        score = float(json.loads((folder / "score" / "scores.json").read_text())["score"])
        reason = str(end.get("reason", f"no end.txt: {done.stdout[-100:]}{done.stderr[-100:]}"))
    who = "root" if os.geteuid() == 0 and user is None else "ordinary"
    told = " ".join(reason.replace("|", "\\|").split())[:120]
    return f"| {name} | {isolation} | {who} | {max(0, past):.1f} | {len(left)} | {kept} | {score:.2f} | {told} |"


def _start_scoring(folder: Path) -> subprocess.Popen[bytes]:
    """Score beside the run, as a platform does, with the place of the solution in the arguments."""
    command = [sys.executable, str(ROOT / "scoring" / "score.py"), f"--solution_dir={folder / 'data'}", "--timeout=60"]
    command += [f"--prediction_dir={folder / 'out'}", f"--score_dir={folder / 'score'}"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _read(path: Path) -> dict:
    try:
        found = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def main() -> None:
    """Run them all and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attacks", description=__doc__)
    parser.add_argument("names", nargs="*", help="submissions; all when none is named")
    parser.add_argument("--budget", type=float, default=4.0, help="seconds of each run")
    options = parser.parse_args()
    every = sorted(path.parent.name for path in SUBMISSIONS.glob("*/model.py"))
    every[every.index("attacker") : every.index("attacker") + 1] = [f"attacker:{what}" for what in _ATTACKER]
    names = options.names or every
    print("| submission | isolation | user | past the budget (s) | survivors | predictions | ALC | end.txt |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        for isolation in ("required", "none"):
            for user in [None, _ORDINARY_USER] if os.geteuid() == 0 else [None]:
                print(attack(name, isolation, user, options.budget), flush=True)


if __name__ == "__main__":
    main()
