"""Train and test in one process, in a plain loop, and score what came out: the ALC without our ingestion program.

Run with `python -m benchmarks.plain_loop DATASET [--budget 120] [--out FOLDER]`. As in the platform's official program
the model lives in the process of the loop, the clock runs on between the calls, and predictions are written with six
digits after the point.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from autospeech.datasets.dataset import Dataset
from benchmarks.machine import ROOT
from benchmarks.tasks import read_for


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, score and print; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain_loop", description=__doc__)
    parser.add_argument("dataset", type=Path, help="data set, CSV or audio folder")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds from the first call of train on")
    parser.add_argument("--preset", default="default", help="named settings")
    parser.add_argument("--out", type=Path, help="folder for predictions and scores; none keeps nothing")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        dataset, metadata = read_for(options.preset, options.dataset)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.out is not None:
        _run(dataset, metadata, options.out, options.budget, options.preset)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _run(dataset, metadata, Path(folder), options.budget, options.preset)
    return 0


def _run(dataset: Dataset, metadata: dict[str, int], out: Path, budget: float, preset: str) -> None:
    from autospeech.competition import Model

    predictions, solution, score = (out / name for name in ("output", "solution", "score"))
    for folder in (predictions, solution, score):
        folder.mkdir(parents=True, exist_ok=True)
    np.savetxt(solution / f"{dataset.name}.solution", dataset.test.labels, fmt="%d")
    model = Model(metadata, preset=preset)
    train, test = (dataset.train.clips, dataset.train.labels), dataset.test.clips
    lines = [f"task_name: {dataset.name}", f"time_budget: {budget}"]
    begun = time.monotonic()
    lines.append(f"start_time: {time.time()}")
    number = 0
    while not model.done_training:
        model.train(train, budget - (time.monotonic() - begun))
        answer = model.test(test, budget - (time.monotonic() - begun))
        stamp = time.monotonic() - begun
        if stamp > budget:
            print(f"answer {number} came {stamp - budget:.2f} s too late")
            break
        np.savetxt(predictions / f"{dataset.name}.predict_{number}", answer, fmt="%.6f")
        lines.append(f"{number}: {stamp}")
        number += 1
    (predictions / "start.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (predictions / "end.txt").write_text(f"ingestion_success: 1\nend_time: {time.time()}\n", "utf-8")
    command = [sys.executable, ROOT / "scoring" / "score.py", "--solution_dir", solution]
    command += ["--prediction_dir", predictions, "--score_dir", score, "--timeout", "5"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for each in json.loads((score / "learning_curve.json").read_text("utf-8"))["predictions"]:
        print(f"{each['seconds']:8.2f} s  NAUC {each['nauc']:.4f}")
    print((score / "scores.txt").read_text("utf-8").strip())


if __name__ == "__main__":
    sys.exit(main())
