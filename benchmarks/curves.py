"""The learning curves of a comparison as a picture, a panel for each task."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.run_record import RunRecord

# Okabe and Ito's colours, told apart by colour-blind eyes, those that are faint on white left out; then line styles.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#56B4E9", "#E69F00")
STYLES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)))
TICKS = (1, 3, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200)
GAP = 0.1  # between two marks on the time axis, of its length
COLUMNS = 3


def transformed_time(seconds: float, budget: float) -> float:
    """Return the place of a moment on the time axis of the ALC, 0..1.

    Example:
        >>> transformed_time(0, 120), transformed_time(120, 120)
        (0.0, 1.0)
    """
    return math.log1p(seconds / 60) / math.log1p(budget / 60)


def mean_curve(curves: Sequence[Sequence[tuple[float, float]]]) -> list[tuple[float, float]]:
    """Average step functions, each 0 before its first point.

    Args:
        curves: Points (seconds, NAUC) in the order of time.

    Returns:
        The points of the mean.

    Example:
        >>> mean_curve([[(1, 0.5)], [(2, 0.7), (3, 0.9)]])
        [(1, 0.25), (2, 0.6), (3, 0.7)]
    """
    times = sorted({at for curve in curves for at, _ in curve})
    return [
        (at, math.fsum(next((nauc for t, nauc in reversed(curve) if t <= at), 0.0) for curve in curves) / len(curves))
        for at in times
    ]


def draw_curves(records: Sequence[RunRecord], file: Path) -> None:
    """Draw the curves and write them as a PNG.

    Args:
        records: Of all runs. Bold is the mean of the runs of a system, light each of them.
        file: The picture.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    tasks = list(dict.fromkeys(record.task for record in records))
    systems = list(dict.fromkeys(record.system for record in records))
    columns = min(COLUMNS, len(tasks))
    rows = math.ceil(len(tasks) / columns)
    figure = Figure(figsize=(max(6.4, 4.2 * columns), 3.1 * rows + 1.1), dpi=130, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    lowest = min([0.0, *(nauc for record in records for _, nauc in record.points)])
    lines: dict[str, Any] = {}
    for axes, task in zip(panels.flat, tasks, strict=False):
        of_task = [record for record in records if record.task == task]
        budget = max(record.budget for record in of_task)
        for number, system in enumerate(systems):
            curves = [record.points for record in of_task if record.system == system]
            if not curves:
                continue
            colour = COLOURS[number % len(COLOURS)]
            style = STYLES[number % len(STYLES)]
            if len(curves) > 1:
                for curve in curves:
                    axes.step(*_steps(curve, budget), where="post", color=colour, linewidth=0.8, alpha=0.35)
            line = axes.step(
                *_steps(mean_curve(curves), budget), where="post", color=colour, linestyle=style, linewidth=1.8
            )
            lines.setdefault(system, line[0])
        marks = _marks(budget)
        axes.set_xticks([place for place, _ in marks], [label for _, label in marks])
        axes.get_xticklabels()[-1].set_horizontalalignment("right")  # clear of the next panel's 0
        axes.set(title=task, xlim=(0, 1), ylim=(lowest - 0.02, 1.02), yticks=np.arange(0, 1.01, 0.2))
        axes.grid(color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels.flat[len(tasks) :]:
        axes.set_visible(False)
    figure.supxlabel("time inside train and test, log(1 + t / 1 min)", fontsize=11)
    figure.supylabel("NAUC = 2 · AUC − 1 on the test clips", fontsize=11)
    figure.legend(
        list(lines.values()),
        list(lines),
        loc="outside upper center",
        ncols=min(5, len(lines)),
        frameon=False,
        fontsize=11,
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    canvas.print_png(str(file))


def _steps(curve: Sequence[tuple[float, float]], budget: float) -> tuple[list[float], list[float]]:
    """Places and heights from 0 at the start to the end of the budget, to which the last value is held."""
    points = [(0.0, 0.0), *((transformed_time(at, budget), nauc) for at, nauc in curve)]
    points.append((1.0, points[-1][1]))
    return [place for place, _ in points], [nauc for _, nauc in points]


def _marks(budget: float) -> list[tuple[float, str]]:
    marks = [(0.0, "0")]
    for seconds in [*(tick for tick in TICKS if tick < budget), budget]:
        place = transformed_time(seconds, budget)
        if seconds == budget or (place - marks[-1][0] >= GAP and 1 - place >= GAP):
            label = f"{seconds:g} s" if seconds < 60 or seconds % 60 else f"{seconds / 60:g} min"
            marks.append((place, label))
    return marks
