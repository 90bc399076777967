"""What isolation costs: seconds before `__init__`, and before the first prediction, with and without.

Run with `python -m benchmarks.isolation DATASET [--preset NAME]`. The ways are run in turn, each with a new process of
the ingestion program. Without `--preset` the submission learns nothing, so that only the programs are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_EMPTY = """import time
import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.classes = metadata["class_num"]

    def train(self, dataset, remaining_time_budget=None):
        self.done_training = True

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.classes))
"""


class Measured(NamedTuple):
    """Of one run: seconds until the import began, until the first prediction, and those of the budget at it."""

    before_init: float
    before_prediction: float
    counted: float


def ways() -> dict[str, tuple[str, dict[str, str]]]:
    """Name of a way -> what `--isolation` says, and variables that choose the tool."""
    found = {"none": ("none", {})}
    if shutil.which("bwrap"):
        found["bubblewrap"] = ("required", {})
    # Without a search path bubblewrap is not found, and the kernel is asked.
    return found | {"namespaces": ("required", {"PATH": "/nonexistent"})}


def measure(dataset: Path, submission: Path, isolation: str, variables: dict[str, str], budget: float) -> Measured:
    """Run the ingestion program until its first prediction."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", str(ROOT / "ingestion" / "ingestion.py"), f"--dataset_dir={dataset}"]
        command += [f"--output_dir={folder}", f"--code_dir={submission}", f"--isolation={isolation}"]
        command.append(f"--time_budget={budget}")
        environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"} | variables
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            told = []
            for line in process.stdout:
                told.append(line)
                if ready := re.match(r"model ready after ([\d.]+) s", line):
                    before_init = time.monotonic() - began - float(ready[1])
                if first := re.match(r"prediction 0 at ([\d.]+) s", line):
                    measured = Measured(before_init, time.monotonic() - began, float(first[1]))
                    process.terminate()
                    return measured
    raise RuntimeError(f"no prediction: {''.join(told)[-2000:]}")


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.isolation", description=__doc__)
    parser.add_argument("dataset", type=Path, help="a data set in the AutoSpeech format")
    parser.add_argument("--preset", help="run this project's submission with a preset")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    found: dict[str, list[Measured]] = {name: [] for name in ways()}
    with tempfile.TemporaryDirectory() as folder:
        submission = Path(folder)
        if options.preset:
            shutil.copy(ROOT / "model.py", submission)
            (submission / "settings.json").write_text(json.dumps({"preset": options.preset}))
        else:
            (submission / "model.py").write_text(_EMPTY)
        for _ in range(options.runs):
            for name, (isolation, variables) in ways().items():
                found[name].append(measure(options.dataset, submission, isolation, variables, options.budget))
    print("| isolation | before `__init__` (s) | before the first prediction (s) | of the budget at it (s) |")
    print("| --- | --- | --- | --- |")
    for name, runs in found.items():
        cells = [
            f"{statistics.median(column):.2f} ({min(column):.2f}..{max(column):.2f})"
            for column in zip(*runs, strict=True)
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
