"""Compare systems on the same tasks, budget and machine: tables, all figures, and learning curves.

Run with `python -m benchmarks.compare --help`. Each system is a submission that the ingestion and the scoring program
run; the systems take turns task by task, so that a busy hour of the machine hits all of them.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

from autospeech.audio.decode import AudioDecodeError
from autospeech.datasets.dataset_error import DatasetError
from benchmarks.curves import draw_curves
from benchmarks.machine import ROOT, commit, machine
from benchmarks.one_run import earlier_run, one_run
from benchmarks.run_record import RunRecord
from benchmarks.run_table import shared_tasks, summary_table, task_table
from benchmarks.system import System
from benchmarks.tasks import ALL, BenchTask, choose

Plan = list[tuple[BenchTask, int, System]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; returns 0, 2 for bad input, 130 if it was stopped."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parse(given)
    try:
        systems = [System.parse(name) for name in dict.fromkeys(options.systems)]
        if len({system.name for system in systems}) < len(systems):
            raise ValueError(f"--systems {' '.join(options.systems)}: two have the same name; rename a folder")
        tasks = choose(options.tasks)
        datasets = {task.name: task.dataset_dir(options.build) for task in tasks}
    except (AudioDecodeError, DatasetError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    skipped = {system.name: missing for system in systems if (missing := system.missing) is not None}
    plan = [
        (task, seed, system)
        for task, seed, system in product(tasks, range(max(options.seeds, options.rival_seeds)), systems)
        if system.name not in skipped and seed < (options.seeds if system == systems[0] else options.rival_seeds)
    ]
    command = f"python -m benchmarks.compare {shlex.join(given)}"
    records, stopped = _run_all(plan, datasets, options, command, skipped)
    print(f"{len(records)} of {len(plan)} runs, written to {options.out / options.name}.md, .json and .png")
    return 130 if stopped else 0


def _run_all(
    plan: Plan, datasets: dict[str, Path], options: argparse.Namespace, command: str, skipped: dict[str, str]
) -> tuple[list[RunRecord], bool]:
    """Run the plan and write what is there after each task; returns the runs, and whether a signal ended them."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(highlight=False, soft_wrap=True)
    for name, reason in skipped.items():
        console.print(f"{name} is left out: {reason}", markup=False)
    records: list[RunRecord] = []
    columns = (MofNCompleteColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        shown = bar.add_task("", total=len(plan))
        try:
            for number, (task, seed, system) in enumerate(plan):
                if number and task != plan[number - 1][0]:
                    write_report(records, options.out, options.name, command, skipped)
                left = _seconds_left(plan[number:], records, options.budget)
                ends = time.strftime("%H:%M", time.localtime(time.time() + left))
                bar.update(shown, description=f"{task.name} · {system.name} · seed {seed} · all done about {ends}")
                record = _one(task.name, datasets[task.name], seed, system, options)
                records.append(record)
                bar.advance(shown)
                console.print(f"{number + 1:>3} of {len(plan)}  {_line(record)}", markup=False)
        except KeyboardInterrupt:
            console.print("stopped; --resume goes on from here")
            return records, True
        finally:
            if records or skipped:
                write_report(records, options.out, options.name, command, skipped)
    return records, False


def _one(task: str, dataset_dir: Path, seed: int, system: System, options: argparse.Namespace) -> RunRecord:
    code = commit()
    place = [part.replace("/", "_").replace(":", "_") for part in (task, system.name)]
    folder = options.build / "runs" / place[0] / place[1] / f"{options.budget:g}s-seed{seed}"
    if options.resume:
        found = earlier_run(folder, system, task, budget=options.budget, seed=seed, commit=code)
        if found is not None:
            return found
    return one_run(system, task, dataset_dir, folder, budget=options.budget, seed=seed, commit=code)


def _seconds_left(plan: Plan, records: list[RunRecord], budget: float) -> float:
    """What the rest should take: each run as long as those of its system so far, at first as long as the budget."""

    def expected(system: System) -> float:
        known = [record.wall_seconds for record in records if record.system == system.name]
        return sum(known) / len(known) if known else budget

    return sum(expected(system) for _, _, system in plan)


def _line(record: RunRecord) -> str:
    start = f"{record.task:<26} {record.system:<24} seed {record.seed}  "
    figures = f"ALC {record.alc:.4f}"
    if record.points:
        figures += f", first {record.first_nauc:.4f} at {record.first_seconds:.2f} s, last {record.final_nauc:.4f}"
    return start + figures + (f"  FAILED: {' '.join(record.reason.split())[:160]}" if record.failed else "")


def write_report(records: Sequence[RunRecord], out: Path, name: str, command: str, skipped: dict[str, str]) -> None:
    """Write the tables, all figures and the picture.

    Args:
        records: Of all runs.
        out: The folder.
        name: Of the files, without ending.
        command: With which they were made.
        skipped: Systems that could not run, and why.
    """
    out.mkdir(parents=True, exist_ok=True)
    facts = {"command": command, "date": time.strftime("%Y-%m-%d %H:%M"), "machine": machine(), "skipped": skipped}
    runs = [
        asdict(record)
        | {key: getattr(record, key) for key in ("first_seconds", "first_nauc", "final_nauc")}
        | {"predictions": len(record.points)}
        for record in records
    ]
    (out / f"{name}.json").write_text(json.dumps(facts | {"runs": runs}, indent=1) + "\n", "utf-8")
    if records:
        draw_curves(records, out / f"{name}.png")
    (out / f"{name}.md").write_text(_page(records, name, facts), "utf-8")


def _page(records: Sequence[RunRecord], name: str, facts: dict[str, Any]) -> str:
    machine_facts = ", ".join(f"{key} {value}" for key, value in facts["machine"].items())
    commits = ", ".join(dict.fromkeys(record.commit for record in records)) or "none"
    budgets = ", ".join(dict.fromkeys(f"{record.budget:g} s" for record in records)) or "none"
    lines = [
        f"# {name}",
        "",
        f"    {facts['command']}",
        "",
        f"- Budget: {budgets}. Commit: {commits}. Date: {facts['date']}.",
        f"- Machine: {machine_facts}.",
        *(f"- `{system}` was left out: {reason}." for system, reason in facts["skipped"].items()),
        "",
    ]
    if records:
        lines += [
            f"## Means over {len(shared_tasks(records))} tasks",
            "",
            summary_table(records, facts["skipped"]),
            "## Learning curves",
            "",
            f"![Learning curves]({name}.png)",
            "",
            "## Task by task",
            "",
            task_table(records),
            "ALC, NAUC = 2·AUC−1 and times are those of the scoring program; ± is the standard error over the runs.",
            "A failed run counts with what it had predicted. Memory is the peak of a submission's processes together.",
            "Rivals that are no presets have no seed: their runs are repetitions.",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument(
        "--systems",
        nargs="+",
        default=["default", "kon", "mfcc_logreg", "egemaps_svm"],
        help="presets (`default:no-warm-start` for one without shipped weights), rivals, folders with a model.py",
    )
    parser.add_argument(
        "--tasks", nargs="+", default=[ALL], help=f"{ALL}, names such as emodb/emotion, folders of converted data sets"
    )
    parser.add_argument("--budget", type=_above_zero, default=120.0, help="seconds inside train and test")
    parser.add_argument("--seeds", type=_count, default=3, help="runs of the first system")
    parser.add_argument("--rival-seeds", type=_count, default=1, help="runs of each of the others")
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for the report")
    parser.add_argument("--name", default=time.strftime("compare-%Y-%m-%d"), help="name of the report's files")
    parser.add_argument("--resume", action="store_true", help="keep runs of the same settings and commit")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "bench", help="folder for data sets and runs")
    return parser.parse_args(arguments)


def _above_zero(text: str) -> float:
    if not 0 < float(text) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no finite number above 0")
    return float(text)


def _count(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
