"""How time and memory grow with the number of clips.

Run with `python -m benchmarks.many_clips [--clips 5000 9000 20000] [--seconds 2] [--budget 60]`. Each number of
clips has a process of its own: two thirds to learn from, one third to answer for, made sound of twenty classes. Printed
are the first answer, its NAUC, and the most memory above the most that the process had needed for the model and the
clips, at the first answer and at the end.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from autospeech.ending_with_parent import ending_with_parent

SAMPLE_RATE = 16000
CLASSES = 20
CLIPS = "--one"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0, or what a process that failed returned."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_clips", description=__doc__)
    parser.add_argument("--clips", nargs="+", type=int, default=[5000, 9000, 20000], help="how many, each in turn")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a clip")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds inside train and test")
    parser.add_argument(CLIPS, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one is not None:
        measure(options.one, options.seconds, options.budget)
        return 0
    for clips in options.clips:
        command = [sys.executable, "-m", "benchmarks.many_clips", CLIPS, clips, "--seconds", options.seconds]
        command = [*map(str, command), "--budget", str(options.budget)]
        ended = subprocess.run(ending_with_parent(command), check=False)
        if ended.returncode:
            return ended.returncode
    return 0


def made_clips(clips: int, seconds: float) -> tuple[list[npt.NDArray[np.float32]], npt.NDArray[np.intp]]:
    """Return clips and their classes: two tones a class, from the same grid, in noise of any level."""
    rng = np.random.default_rng(0)
    time_axis = np.arange(round(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    grid = np.geomspace(200, 4000, 8)
    pairs = [(low, high) for low in range(8) for high in range(low)][:CLASSES]
    classes = np.arange(clips) % CLASSES
    made = []
    for label in classes:
        tones = sum(np.sin(2 * np.pi * grid[place] * rng.uniform(0.9, 1.1) * time_axis) for place in pairs[label])
        noise = rng.standard_normal(len(time_axis), np.float32) * rng.uniform(0.5, 5)
        made.append((0.05 * (tones + noise)).astype(np.float32))
    return made, classes


def measure(clips: int, seconds: float, budget: float) -> None:
    """Run the default on so many clips, and print."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from sklearn.metrics import roc_auc_score

    from autospeech.competition import Model

    made, classes = made_clips(clips, seconds)
    labels = np.eye(CLASSES, dtype=np.float32)[classes]
    learnt = 2 * clips // 3
    train, test = (made[:learnt], labels[:learnt]), made[learnt:]
    model = Model({"class_num": CLASSES, "train_num": learnt, "test_num": len(test)})
    before = _peak_mib()
    begun = time.monotonic()
    first: list[float] = []
    while not model.done_training and time.monotonic() - begun < budget:
        model.train(train, budget - (time.monotonic() - begun))
        answer = model.test(test, budget - (time.monotonic() - begun))
        if not first:
            first = [time.monotonic() - begun, 2 * roc_auc_score(labels[learnt:], answer) - 1, _peak_mib() - before]
    ended = time.monotonic() - begun
    last = 2 * roc_auc_score(labels[learnt:], answer) - 1
    print(
        f"{clips:>7} clips of {seconds:g} s ({sum(map(len, made)) * 4 / 2**20:.0f} MiB): first answer {first[0]:.2f} s "
        f"({1e6 * first[0] / clips:.0f} µs a clip), NAUC {first[1]:.4f}, {first[2]:.0f} MiB more; "
        f"end {ended:.1f} s, NAUC {last:.4f}, {_peak_mib() - before:.0f} MiB more",
        flush=True,
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
