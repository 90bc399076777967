"""Run one system once, and keep what came out."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autospeech.harness import run_harness
from benchmarks.peak_memory import PeakMemory
from benchmarks.run_record import RunRecord
from benchmarks.system import System

RECORD = "run.json"
INTERRUPTED = 128  # exit codes from here on: a signal ended the run


def one_run(
    system: System, task: str, dataset_dir: Path, folder: Path, *, budget: float, seed: int, commit: str
) -> RunRecord:
    """Run a system on a task; whatever goes wrong is written down and not raised.

    Args:
        system: What runs.
        task: Name of the task.
        dataset_dir: The converted data set.
        folder: Of the run; what an older run left there is removed.
        budget: Seconds inside train and test.
        seed: The seed; a rival is only told apart by it.
        commit: Of the code.

    Returns:
        What came out; it is kept in `folder` too.

    Raises:
        KeyboardInterrupt: A signal ended the run; nothing is kept of it.
    """
    if folder.exists():
        shutil.rmtree(folder)
    run = folder / "run"
    run.parent.mkdir(parents=True)
    load, start = os.getloadavg()[0], time.monotonic()
    known: dict[str, Any] = {"task": task, "system": system.name, "seed": seed, "budget": budget, "commit": commit}
    lines: list[str] = []
    ours: dict[str, Any] = {} if system.folder else {**system.settings, "seed": seed}
    with PeakMemory(run / "output" / "start.txt") as memory:
        try:
            result = run_harness(
                dataset_dir,
                run,
                budget=budget,
                submission=system.folder,
                report=lambda program, line: lines.append(f"{program}: {line}"),
                **ours,
            )
        except Exception as error:  # one failing system never ends the comparison
            reason = f"{type(error).__name__}: {error}"
            record = RunRecord(**known, load_before=load, reason=reason, failed=True)
            return _kept(record, folder, lines)
    if result.exit_code >= INTERRUPTED:
        raise KeyboardInterrupt
    points = read_points(run / "score" / "learning_curve.json")
    record = RunRecord(
        **known,
        alc=result.alc,
        points=points,
        seconds_used=budget if "time budget used up" in result.reason else max((at for at, _ in points), default=0.0),
        peak_mib=memory.mib,
        wall_seconds=time.monotonic() - start,
        load_before=load,
        reason=result.reason,
        failed=result.exit_code != 0,
    )
    return _kept(record, folder, lines)


def read_points(file: Path) -> tuple[tuple[float, float], ...]:
    """Read seconds and NAUC of the predictions that count, in the order of time."""
    if not file.is_file():
        return ()
    predictions = json.loads(file.read_text("utf-8"))["predictions"]
    return tuple(sorted((each["seconds"], each["nauc"]) for each in predictions if not each["problem"]))


def earlier_run(folder: Path, system: System, task: str, *, budget: float, seed: int, commit: str) -> RunRecord | None:
    """Return what an earlier, successful run with the same settings and code left in `folder`, if there is one."""
    try:
        kept = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    record = RunRecord(**kept | {"points": tuple((at, nauc) for at, nauc in kept["points"])})
    same = (record.task, record.system, record.seed, record.budget, record.commit)
    return record if same == (task, system.name, seed, budget, commit) and not record.failed else None


def _kept(record: RunRecord, folder: Path, lines: list[str]) -> RunRecord:
    (folder / "log.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / RECORD).write_text(json.dumps(asdict(record), indent=1) + "\n", "utf-8")
    return record
