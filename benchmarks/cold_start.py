"""How long a person waits at a fresh shell: for the first answer of `fit`, and for `predict` of one file.

Run with `python -m benchmarks.cold_start SRC FILE`. Each time is that of a new process. The rival, run in turn with
them, is a process that imports TensorFlow and does nothing else.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

FIRST = "first answer"


class Measured(NamedTuple):
    """Of one process: seconds until it told of its first answer or ended, seconds in all, and peak memory in MiB."""

    first: float
    seconds: float
    mib: float


def run(*arguments: str) -> Measured:
    """Run Python in a new process and watch what it tells."""
    began = time.monotonic()
    first = None
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if FIRST in line and first is None:
                first = time.monotonic() - began
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}: {''.join(told)[-2000:]}")
    return Measured(seconds if first is None else first, seconds, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_start", description=__doc__)
    parser.add_argument("source", help="what `fit` learns from")
    parser.add_argument("file", help="the sound file to ask about")
    parser.add_argument("--budget", type=float, default=10.0, help="seconds for `fit`")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    found: dict[str, list[Measured]] = {"import tensorflow": [], "fit": [], "predict": []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.runs):
            out = Path(folder, str(number))
            found["import tensorflow"].append(run("-c", "import tensorflow"))
            fit = ["-m", "autospeech", "fit", options.source, "--budget", str(options.budget), "--out", str(out)]
            found["fit"].append(run(*fit))
            found["predict"].append(run("-m", "autospeech", "predict", str(out / "model.autospeech"), options.file))
    rival = statistics.median(one.first for one in found["import tensorflow"])
    print("| process | first answer (s) | median | times `import tensorflow` | peak (MiB) |")
    print("| --- | --- | --- | --- | --- |")
    for name, runs in found.items():
        middle = statistics.median(one.first for one in runs)
        each = ", ".join(f"{one.first:.2f}" for one in runs)
        print(f"| {name} | {each} | {middle:.2f} | {middle / rival:.2f} | {max(one.mib for one in runs):.0f} |")


if __name__ == "__main__":
    main()
