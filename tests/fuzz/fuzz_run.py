"""Run fuzzing in a process apart and gather its figures."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEGABYTES = 1.0, 500.0
# A worker that is silent for this long is killed: its input never ends.
PATIENCE_SECONDS = 60.0


@dataclass
class Figures:
    """What came of the inputs of one kind."""

    kind: str
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[float, int] = (0.0, -1)
    faults: dict[str, str] = field(default_factory=dict)

    def add(self, told: dict) -> None:
        number, outcome = told["done"], told["outcome"]
        self.outcomes[outcome] += 1
        self.slowest = max(self.slowest, (told["seconds"], number))
        self.largest = max(self.largest, (told["megabytes"], number))
        if told["where"]:
            self._fault(
                f"{outcome} {told['where'].rsplit(' at ', 1)[-1]}", f"input {number}: {outcome}: {told['where']}"
            )
        if told["seconds"] > MOST_SECONDS:
            self._fault("slow", f"input {number}: {told['seconds']:.1f} s ({outcome})")
        if told["megabytes"] > MOST_MEGABYTES:
            self._fault("large", f"input {number}: {told['megabytes']:.0f} MB ({outcome})")

    def end(self, number: int, how: str) -> None:
        self.outcomes[how] += 1
        self._fault(how, f"input {number}: {how}")

    def _fault(self, key: str, text: str) -> None:
        self.faults.setdefault(key, text)

    def row(self) -> str:
        total = sum(self.outcomes.values())
        outcomes = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        slowest, largest = f"{self.slowest[0]:.2f} ({self.slowest[1]})", f"{self.largest[0]:.0f} ({self.largest[1]})"
        return f"| {self.kind} | {total} | {outcomes} | {slowest} | {largest} | {len(self.faults)} |"


HEAD = f"| kind | inputs | outcomes | slowest s (input) | largest MB (input) | faults |\n{'| --- ' * 6}|"


def fuzz(kind: str, first: int, last: int) -> Figures:
    """Read inputs in a worker, and in another one after each that ends it.

    Args:
        kind: A key of `fuzz_kinds.KINDS`.
        first: Number of the first input.
        last: That after the last one.

    Returns:
        The figures.
    """
    figures = Figures(kind)
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm") as scratch:
        while first < last:
            folder = Path(scratch, "read")
            folder.mkdir(exist_ok=True)
            first = _work(figures, kind, first, last, folder)
    return figures


def _work(figures: Figures, kind: str, first: int, last: int, folder: Path) -> int:
    """Run one worker; return the number that the next one begins with."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
    command = [
        sys.executable,
        str(Path(__file__).with_name("fuzz_worker.py")),
        kind,
        str(first),
        str(last),
        str(folder),
    ]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment)
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert worker.stdout is not None
        for line in worker.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    current = None
    try:
        while line := lines.get(timeout=PATIENCE_SECONDS if current is not None else 300):
            told = json.loads(line)
            if "begins" in told:
                current = told["begins"]
            else:
                figures.add(told)
                first, current = told["done"] + 1, None
    except queue.Empty:
        worker.kill()
        worker.wait()
        figures.end(first, f"no answer for {PATIENCE_SECONDS:.0f} s")
        return first + 1
    code = worker.wait()
    if code == 0 and first == last:
        return last
    if current is None:
        raise RuntimeError(f"{' '.join(command)}: ended with {code} before its first input; set FUZZ_LOUD=1")
    figures.end(current, f"signal {-code}" if code < 0 else f"exit {code}")
    return current + 1
