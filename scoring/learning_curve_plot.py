"""The learning curve as a PNG picture."""

from __future__ import annotations

import io
import warnings

from alc import transformed_time
from plain_text import plain_text
from scoreboard import Scoreboard
from time_ticks import time_ticks


def learning_curve_png(board: Scoreboard) -> bytes:
    """Draw the score over transformed time, with real time on a second axis above.

    Args:
        board: The scored predictions.

    Returns:
        A PNG of 1080 x 660 pixels.
    """
    # Imported here: it takes a second of the two cores that the submission needs as well, and the scores come first.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    budget = board.time_budget
    places = [transformed_time(p.seconds, budget) for p in board.counted]
    scores = [p.nauc for p in board.counted]
    figure = Figure(figsize=(9, 5.5), dpi=120, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    if places:
        axes.fill_between(
            [0, *places, 1], [0, *scores, scores[-1]], step="post", color="#2563eb", alpha=0.15, linewidth=0
        )
        axes.step([0, *places], [0, *scores], where="post", color="#2563eb", linewidth=2)
        axes.plot([places[-1], 1], [scores[-1]] * 2, color="#2563eb", linewidth=1.5, linestyle=(0, (4, 3)))
        axes.plot(places, scores, "o", color="#1e40af", markersize=6 if len(places) <= 40 else 3)
    else:
        axes.text(0.5, 0.5, "no prediction yet", ha="center", va="center", color="#64748b", fontsize=14)
    axes.set_xlim(0, 1)
    axes.set_ylim(min([0, *scores]) - 0.02, 1.02)
    axes.set_xlabel("transformed time  log(1 + t / 60 s) / log(1 + T / 60 s)")
    axes.set_ylabel("NAUC = 2 · AUC − 1")
    axes.grid(True, color="#cbd5e1", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_color("#cbd5e1")
    axes.axhline(0, color="#64748b", linewidth=0.8)
    real_time = axes.twiny()
    real_time.set_xlim(0, 1)
    ticks = time_ticks(budget, gap=0.044)
    real_time.set_xticks([place for place, _ in ticks], [label for _, label in ticks])
    real_time.set_xlabel("real time")
    name = plain_text(board.solution.name)
    name = name if len(name) <= 60 else name[:59] + "…"
    figure.suptitle(f"{name}: ALC {board.alc:.4f}", fontsize=14, fontweight="bold", parse_math=False)
    picture = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)  # names in scripts the font lacks
        canvas.print_png(picture)
    return picture.getvalue()
