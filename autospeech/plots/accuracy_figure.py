"""How often each class is answered right, by several ways beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from autospeech.plots.confusion_figure import check_counts
from autospeech.plots.figure_text import MOST_LETTERS, figure_text


def accuracy_by_class_figure(counts: Mapping[str, npt.ArrayLike], words: Sequence[str], title: str = "") -> Figure:
    """Draw the accuracy of each class as horizontal bars.

    Args:
        counts: A confusion matrix `(words, words)` for each way, by its name; rows are what was said. At least one.
        words: The names of rows and columns.
        title: Of the picture.

    Returns:
        The picture, the first word on top with its number of clips. The line of chance is where guessing ends. A word
        without clips has no bars.

    Raises:
        ValueError: No counts, or counts that are no such matrix.

    Example:
        >>> figure = accuracy_by_class_figure({"M5": [[3, 1], [0, 4]]}, ["no", "yes"])
        >>> [float(bar.get_width()) for bar in figure.axes[0].patches]
        [0.75, 1.0]
    """
    if not counts:
        raise ValueError("counts of no way; hand over at least one confusion matrix")
    matrices = {name: check_counts(matrix, words) for name, matrix in counts.items()}
    bar = 0.8 / len(matrices)
    height = max(0.25, 0.11 * len(matrices) + 0.06) * len(words) + 1.6
    figure = Figure(figsize=(7, max(3.0, height)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    rows = np.arange(len(words))
    for number, (name, matrix) in enumerate(matrices.items()):
        accuracies = matrix.diagonal() / np.maximum(matrix.sum(axis=1), 1)
        overall = matrix.trace() / max(1, matrix.sum())
        offset = (number - (len(matrices) - 1) / 2) * bar
        axes.barh(
            rows + offset,
            accuracies,
            bar * 0.95,
            color=f"C{number % 10}",
            label=f"{figure_text(name, MOST_LETTERS)}: {overall:.1%} of all",
        )
    axes.axvline(1 / len(words), color="black", linestyle=":", linewidth=1, label=f"chance: {1 / len(words):.1%}")
    clips = np.max([matrix.sum(axis=1) for matrix in matrices.values()], axis=0)
    axes.set_yticks(
        rows,
        [f"{figure_text(word, MOST_LETTERS)} ({number})" for word, number in zip(words, clips, strict=True)],
        fontsize=8,
    )
    axes.set_ylim(len(words) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("accuracy")
    axes.set_ylabel("word (clips)")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=min(3, len(matrices) + 1), fontsize=8)
    figure.suptitle(figure_text(title))
    return figure
