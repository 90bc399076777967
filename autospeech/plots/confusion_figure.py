"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import PercentFormatter

from autospeech.plots.figure_text import MOST_LETTERS, figure_text

# With more words than these the numbers would not fit into their cells.
MOST_WRITTEN = 12
MOST_PAIRS = 10


def confusion_figure(counts: npt.ArrayLike, words: Sequence[str], title: str = "") -> Figure:
    """Draw a confusion matrix, and the pairs that are confused most beside it.

    Args:
        counts: How many clips of the word of the row were taken for the word of the column, of shape `(words, words)`,
            as `sklearn.metrics.confusion_matrix` counts them.
        words: The names of rows and columns; long ones are cut.
        title: Of the picture; the accuracy is added.

    Returns:
        The picture. Colours show the share of each row, on a scale that keeps small shares visible; with at most twelve
        words the counts are written into their cells. The row of a word without clips is empty.

    Raises:
        ValueError: The counts are no such matrix.

    Example:
        >>> figure = confusion_figure([[3, 1], [0, 4]], ["no", "yes"], title="M5")
        >>> figure.get_suptitle()
        'M5: 87.5% of 8 clips right'
    """
    matrix = check_counts(counts, words)
    words = [figure_text(word, MOST_LETTERS) for word in words]
    totals = matrix.sum(axis=1, keepdims=True)
    shares = matrix / np.maximum(totals, 1)
    side = max(3.5, 0.21 * len(words))
    figure = Figure(figsize=(side + 5, side + 1.2), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2, width_ratios=(side + 1.5, 2.5))
    _draw_matrix(left, matrix, shares, words)
    bar = figure.colorbar(left.images[0], ax=left, pad=0.02, shrink=0.8, ticks=(0, 0.01, 0.05, 0.2, 0.5, 1))
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    bar.set_label("share of the word's clips")
    pairs = most_confused(matrix)
    for row, column in pairs:
        left.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="tab:red", linewidth=1))
    _draw_pairs(right, matrix, words, pairs)
    # On a tall picture the bars stay as thick as on a small one.
    right.set_ylim(max(MOST_PAIRS, 3 * side) - 0.5, -0.5)
    accuracy = f"{matrix.trace() / max(1, matrix.sum()):.1%} of {matrix.sum():,} clips right"
    figure.suptitle(f"{figure_text(title)}: {accuracy}" if title else accuracy)
    return figure


def check_counts(counts: npt.ArrayLike, words: Sequence[str]) -> npt.NDArray[np.int64]:
    """Make sure that counts are a confusion matrix of these words.

    Args:
        counts: Of shape `(words, words)`, whole numbers from 0.
        words: The names of rows and columns.

    Returns:
        The counts as integers.

    Raises:
        ValueError: They are not.
    """
    matrix = np.asarray(counts)
    if matrix.shape != (len(words), len(words)) or not len(words):
        raise ValueError(f"counts have the shape {matrix.shape}; for {len(words)} words they must be (words, words)")
    wrong = matrix[~(np.isfinite(matrix) & (matrix >= 0) & (matrix == np.round(matrix)))]
    if wrong.size:
        raise ValueError(f"counts hold {wrong[0]}; they must be whole numbers from 0: clips and not shares")
    return matrix.astype(np.int64)


def most_confused(counts: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Find the pairs of classes that are confused most often.

    Args:
        counts: A confusion matrix.

    Returns:
        Row and column of at most ten cells off the diagonal, the largest share of its row first; none of them is 0.
        Of equal shares that of more clips stands first.

    Example:
        >>> most_confused(np.array([[8, 1, 1], [0, 9, 0], [3, 0, 7]]))
        [(2, 0), (0, 1), (0, 2)]
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    wrong = [(int(row), int(column)) for row, column in np.argwhere(counts) if row != column]
    return sorted(wrong, key=lambda pair: (-shares[pair], -counts[pair], pair))[:MOST_PAIRS]


def _draw_matrix(
    axes: Axes, counts: npt.NDArray[np.int64], shares: npt.NDArray[np.float64], words: Sequence[str]
) -> None:
    axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1), interpolation="nearest")
    size = 9 if len(words) <= MOST_WRITTEN else 7
    axes.set_xticks(range(len(words)), words, rotation=90, fontsize=size)
    axes.set_yticks(range(len(words)), words, fontsize=size)
    axes.set_xlabel("answer")
    axes.set_ylabel("word")
    if len(words) > MOST_WRITTEN:
        # Lines lead the eye from a far cell to its words.
        axes.set_xticks(np.arange(-0.5, len(words)), minor=True)
        axes.set_yticks(np.arange(-0.5, len(words)), minor=True)
        axes.grid(which="minor", color="0.9", linewidth=0.4)
        axes.tick_params(which="minor", length=0)
        return
    for row, column in np.argwhere(counts):
        dark = shares[row, column] > 0.3
        axes.text(
            column, row, str(counts[row, column]), ha="center", va="center", color="white" if dark else "black", size=8
        )


def _draw_pairs(
    axes: Axes, counts: npt.NDArray[np.int64], words: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> None:
    axes.set_title("most confused" if pairs else "nothing confused", fontsize=9)
    names = [f"{words[row]} → {words[column]}" for row, column in pairs]
    totals = [counts[row].sum() for row, _ in pairs]
    shares = [counts[pair] / total for pair, total in zip(pairs, totals, strict=True)]
    drawn = axes.barh(range(len(pairs)), shares, color="tab:red", alpha=0.7)
    written = [
        f"{counts[pair] / total:.0%} ({counts[pair]} of {total})" for pair, total in zip(pairs, totals, strict=True)
    ]
    axes.bar_label(drawn, written, padding=3, fontsize=8)
    axes.set_yticks(range(len(pairs)), names, fontsize=8)
    axes.set_xlim(0, 1.8 * max(shares, default=1))
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
