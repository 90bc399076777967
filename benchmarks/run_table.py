"""The tables of a comparison, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.run_record import RunRecord

COLUMNS = {
    "ALC": ("alc", 4),
    "first answer, s": ("first_seconds", 2),
    "its NAUC": ("first_nauc", 4),
    "last NAUC": ("final_nauc", 4),
    "predictions": ("predictions", 1),
    "budget used, s": ("seconds_used", 1),
    "peak memory, MiB": ("peak_mib", 0),
}
AVERAGED = ("ALC", "first answer, s", "its NAUC", "last NAUC", "peak memory, MiB")


def mean_and_error(values: Sequence[float]) -> tuple[float, float | None]:
    """Return the mean and its standard error.

    Args:
        values: At least one.

    Returns:
        The mean, and the standard error (deviation with n - 1, over the root of n); None of one value.

    Example:
        >>> mean_and_error([1.0, 3.0, 5.0, 7.0])[0]
        4.0
        >>> mean_and_error([1.0, 3.0])
        (2.0, 1.0)
        >>> mean_and_error([5.0])
        (5.0, None)
    """
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, None
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) / len(values))


def task_table(records: Sequence[RunRecord]) -> str:
    """Return a row for each task and system.

    Args:
        records: Of all runs, tasks and systems in the order in which they are to stand. A failed run counts with what
            it had predicted, as on the platform: with an ALC of 0 if with nothing.

    Returns:
        The table; the best mean ALC of a task is bold.
    """
    lines = _head(["task", "system", "runs", *COLUMNS, "note"])
    for task in dict.fromkeys(record.task for record in records):
        of_task = [record for record in records if record.task == task]
        groups = {system: [record for record in of_task if record.system == system] for system in _systems(of_task)}
        best = max(mean_and_error([record.alc for record in group])[0] for group in groups.values())
        for system, group in groups.items():
            cells = [_cell(*_figure(group, column), COLUMNS[column][1]) for column in COLUMNS]
            if mean_and_error([record.alc for record in group])[0] == best:
                cells[0] = f"**{cells[0]}**"
            lines.append(_row([task, system, str(len(group)), *cells, _note(group)]))
    return "\n".join(lines) + "\n"


def summary_table(records: Sequence[RunRecord], skipped: Mapping[str, str] | None = None) -> str:
    """Return a row for each system: means over the tasks that every system has run.

    Args:
        records: Of all runs.
        skipped: Systems that could not run here, and why.

    Returns:
        The table. A standard error is that of the mean over these very tasks, from the runs of each; there is none if a
        task was run once only. A mean over fewer tasks, since a system never answered on some, says over how many.
    """
    tasks = shared_tasks(records)
    lines = _head(["system", *(f"mean {column}" for column in AVERAGED), "tasks with the best ALC"])
    alcs: dict[str, dict[str, float]] = {}
    rows: dict[str, list[str]] = {}
    for system in _systems(records):
        groups = {
            task: [record for record in records if (record.task, record.system) == (task, system)] for task in tasks
        }
        alcs[system] = {task: mean_and_error([record.alc for record in group])[0] for task, group in groups.items()}
        rows[system] = []
        for column in AVERAGED:
            figures = [figure for group in groups.values() if (figure := _figure(group, column))[0] is not None]
            cell = _cell(*_mean_of_means(figures), COLUMNS[column][1])
            few = f" ({len(figures)} tasks)" if 0 < len(figures) < len(tasks) else ""
            rows[system].append(cell + few)
    for system, cells in rows.items():
        wins = sum(alcs[system][task] == max(each[task] for each in alcs.values()) for task in tasks)
        lines.append(_row([system, *cells, f"{wins} of {len(tasks)}"]))
    for system, reason in (skipped or {}).items():
        lines.append(_row([system, f"left out: {reason}", *["–"] * len(AVERAGED)]))
    return "\n".join(lines) + "\n"


def shared_tasks(records: Sequence[RunRecord]) -> list[str]:
    """Return the tasks that every system has run."""
    ran = {(record.task, record.system) for record in records}
    systems = _systems(records)
    return [
        task
        for task in dict.fromkeys(record.task for record in records)
        if all((task, system) in ran for system in systems)
    ]


def _systems(records: Sequence[RunRecord]) -> list[str]:
    return list(dict.fromkeys(record.system for record in records))


def _figure(group: Sequence[RunRecord], column: str) -> tuple[float | None, float | None]:
    """Mean and standard error of a column over those runs that have it."""
    name = COLUMNS[column][0]
    values = [len(record.points) if name == "predictions" else getattr(record, name) for record in group]
    there = [value for value in values if value is not None]
    return mean_and_error(there) if there else (None, None)


def _mean_of_means(figures: Sequence[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    means = [mean for mean, _ in figures if mean is not None]
    errors = [error for _, error in figures if error is not None]
    if not means:
        return None, None
    whole = len(errors) == len(means)
    return math.fsum(means) / len(means), math.hypot(*errors) / len(means) if whole else None


def _cell(mean: float | None, error: float | None, digits: int) -> str:
    if mean is None:
        return "–"
    return f"{mean:.{digits}f}" + ("" if error is None else f" ± {error:.{digits}f}")


def _note(group: Sequence[RunRecord]) -> str:
    failed = [record for record in group if record.failed]
    if not failed:
        return ""
    reasons = "; ".join(dict.fromkeys(" ".join(record.reason.split())[:200] for record in failed))
    many = f"{len(failed)} of {len(group)} runs failed" if len(group) > 1 else "failed"
    return f"{many}: {reasons}"


def _head(columns: Sequence[str]) -> list[str]:
    return [_row(columns), _row(["---"] * len(columns))]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
