"""What a process holds after many fits, many predictions or many runs (Linux): memory and all else that can leak.

Each kind of work is repeated in one process of its own, whose temporary files lie in a folder of their own.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autospeech.ending_with_parent import ending_with_parent
from benchmarks.peak_memory import descendants

KINDS = {"fits": 100, "predicts": 500, "runs": 100}
COLUMNS = ("done", "seconds", "MB", "descriptors", "threads", "processes", "temporary files")
# Files that are asked about at a time.
ASKED = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table for each kind of work; returns 0, or what a process that failed returned."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("source", type=Path, help="labelled sound, as `fit` takes it")
    for kind, count in KINDS.items():
        parser.add_argument(f"--{kind}", type=int, default=count, help=f"how many; 0 for none [{count}]")
    parser.add_argument("--budget", type=float, default=6.0, help="seconds of a fit and of a run")
    parser.add_argument("--clips", type=int, default=80, help="drawn from SOURCE to learn from, at most")
    parser.add_argument("--submission", type=Path, help="a folder with another model.py to run than this project's")
    parser.add_argument("--json", type=Path, help="where to keep all figures")
    parser.add_argument("--kind", choices=KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.kind is not None:
        measure(options)
        return 0
    found: dict[str, list[dict[str, float]]] = {}
    for kind in (kind for kind in KINDS if getattr(options, kind)):
        told, code = _in_a_process(kind, options, list(arguments) if arguments is not None else sys.argv[1:])
        if code:
            return code
        found[kind] = told
        print(f"\n{table(kind, told)}", flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 0


def _in_a_process(kind: str, options: argparse.Namespace, arguments: list[str]) -> tuple[list[dict[str, float]], int]:
    with tempfile.TemporaryDirectory(prefix="soak-") as scratch:
        figures = Path(scratch, "figures.json")
        temporary = Path(scratch, "temporary")
        temporary.mkdir()
        command = [sys.executable, "-m", "benchmarks.soak", *arguments, "--kind", kind, "--json", str(figures)]
        environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, "TMPDIR": str(temporary)}
        code = subprocess.run(ending_with_parent(command), env=environment, check=False).returncode
        return (json.loads(figures.read_text("utf-8")) if not code else []), code


def measure(options: argparse.Namespace) -> None:
    """Do the work of one kind in this process, and write what it held at the start, after each tenth and at the end."""
    count = getattr(options, options.kind)
    told: list[dict[str, float]] = []
    # Outside of where temporary files are counted.
    with tempfile.TemporaryDirectory(dir=options.json.parent) as scratch:
        work = {"fits": _fits, "predicts": _predicts, "runs": _runs}[options.kind](options, Path(scratch))
        next(work)
        began = time.monotonic()
        told.append(held(0, 0.0))
        for done in range(1, count + 1):
            next(work)
            if done % max(1, count // 10) == 0 or done == count:
                told.append(held(done, time.monotonic() - began))
                print(f"{options.kind}: {told[-1]}", file=sys.stderr, flush=True)
    options.json.write_text(json.dumps(told), "utf-8")


def held(done: int, seconds: float) -> dict[str, float]:
    """Return what this process holds; what still loads beside a fit that is over is waited for."""
    for thread in threading.enumerate():
        if thread.name.startswith("autospeech late rungs"):
            thread.join(60)
    gc.collect()
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return dict(
        zip(
            COLUMNS,
            (
                done,
                round(seconds, 1),
                round(resident / 1e6, 1),
                len(list(Path("/proc/self/fd").iterdir())),
                len(list(Path("/proc/self/task").iterdir())),
                len(descendants(os.getpid())),
                sum(len(folders) + len(files) for _, folders, files in os.walk(tempfile.gettempdir())),
            ),
            strict=True,
        )
    )


def table(kind: str, told: Sequence[dict[str, float]]) -> str:
    """Return what a process held, as Markdown, and how much it grew.

    Example:
        >>> print(table("fits", [dict.fromkeys(COLUMNS, 0), dict.fromkeys(COLUMNS, 5)]))
        | fits done | seconds | MB | descriptors | threads | processes | temporary files |
        | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | 0 | 0 | 0 | 0 | 0 | 0 | 0 |
        | 5 | 5 | 5 | 5 | 5 | 5 | 5 |
    """
    rows = [(f"{kind} {COLUMNS[0]}", *COLUMNS[1:]), ("---:",) * len(COLUMNS)]
    rows += [tuple(f"{each[name]:g}" for name in COLUMNS) for each in told]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _drawn(options: argparse.Namespace) -> tuple[list[Any], list[Any]]:
    """Return some training clips of the source, the same each time, and their labels."""
    from autospeech.cli.labelled_source import read_source

    part = read_source(options.source).part("train")
    chosen = np.random.default_rng(0).permutation(len(part.sounds))[: options.clips]
    return [part.sounds[number] for number in chosen], [part.y[number] for number in chosen]


def _fitted(options: argparse.Namespace, sounds: list[Any], labels: list[Any]) -> Any:
    from autospeech import AutoSpeechClassifier

    return AutoSpeechClassifier(options.budget, verbose=0).fit(sounds, labels)


def _fits(options: argparse.Namespace, scratch: Path) -> Iterator[None]:
    sounds, labels = _drawn(options)
    yield
    while True:
        _fitted(options, sounds, labels)
        yield


def _predicts(options: argparse.Namespace, scratch: Path) -> Iterator[None]:
    """Load the model anew each time, as a server that is restarted in place would."""
    from autospeech import AutoSpeechClassifier

    sounds, labels = _drawn(options)
    model = scratch / "model.autospeech"
    # In another process, so that what is measured is what predicting takes.
    child = os.fork()
    if not child:
        try:
            _fitted(options, sounds, labels).save(model)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    yield
    number = 0
    while True:
        asked = [sounds[(number + each) % len(sounds)] for each in range(ASKED)]
        AutoSpeechClassifier.load(model).predict(asked)
        number += ASKED
        yield


def _runs(options: argparse.Namespace, scratch: Path) -> Iterator[None]:
    from autospeech.datasets.autospeech_format import write_autospeech
    from autospeech.datasets.read_dataset import read_dataset
    from autospeech.harness import run_harness

    whole = read_dataset(options.source)
    few = {
        part: clips.subset(np.random.default_rng(0).permutation(len(clips))[: options.clips])
        for part, clips in {"train": whole.train, "test": whole.test}.items()
    }
    dataset = write_autospeech(replace(whole, **few), scratch, False)
    del whole, few
    said: list[str] = []

    def report(program: str, line: str) -> None:
        said.append(f"{program}: {line}")

    yield
    while True:
        said.clear()
        found = run_harness(
            dataset, scratch / "run", budget=options.budget, submission=options.submission, report=report
        )
        if not found.success:
            raise RuntimeError("\n".join(said[-20:]))
        shutil.rmtree(scratch / "run")
        yield


if __name__ == "__main__":
    sys.exit(main())
