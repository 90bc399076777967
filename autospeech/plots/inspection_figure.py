"""What is in a data set: clips of each class, lengths, levels and sample rates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from autospeech.plots.figure_text import MOST_LETTERS, figure_text

# More rows could not be read; what they leave out is summed in a last one.
MOST_CLASSES = 40
# Two bars should not fill the height.
LEAST_ROWS = 10
# Odd, so that clips of one length make a bar in the middle.
BINS = 41
# Of the longest bar, for the number beside it.
ROOM = 1.15
# Lengths that differ more than this are drawn on a logarithmic scale.
WIDE = 20
# All that is quieter stands at the left edge.
QUIETEST_DB = -100.0


def inspection_figure(
    clips_by_class: Mapping[str, int],
    seconds: npt.ArrayLike,
    peaks: npt.ArrayLike,
    rms: npt.ArrayLike,
    clips_by_rate: Mapping[int, int],
    title: str = "",
) -> Figure:
    """Draw what is in a data set.

    Args:
        clips_by_class: Clips of each class by its name; may be empty.
        seconds: Length of each clip, of shape `(clips,)`.
        peaks: Their largest magnitudes, 1 being full scale.
        rms: Their root mean squares.
        clips_by_rate: Clips of each sample rate in Hz.
        title: Of the picture.

    Returns:
        The picture: the largest classes on the left, the others in one bar; lengths, levels and rates on the right.

    Raises:
        ValueError: There are no clips, or not as many lengths as levels.

    Example:
        >>> figure = inspection_figure({"no": 1, "yes": 2}, [1, 1, 2], [0.5, 1, 1], [0.1, 0.1, 0.2], {16000: 3})
        >>> [axes.get_xlabel() for axes in figure.axes]
        ['clips', 'length (s)', 'level (dBFS)', 'clips']
    """
    lengths, loudest, levels = (np.asarray(values, np.float64) for values in (seconds, peaks, rms))
    if not len(lengths) or not lengths.shape == loudest.shape == levels.shape:
        raise ValueError(
            f"{len(lengths)} lengths, {len(loudest)} peaks and {len(levels)} levels; each clip needs one of each"
        )
    rows = min(len(clips_by_class), MOST_CLASSES + 1)
    figure = Figure(figsize=(11, max(6.5, 0.19 * rows + 1.2)), layout="constrained")
    FigureCanvasAgg(figure)
    rates = 0.25 + 0.2 * min(len(clips_by_rate), 8)
    grid = figure.add_gridspec(3, 2, height_ratios=(2, 2, rates), width_ratios=(1, 1.2))
    _draw_classes(figure.add_subplot(grid[:, 0]), clips_by_class)
    _draw_lengths(figure.add_subplot(grid[0, 1]), lengths)
    _draw_levels(figure.add_subplot(grid[1, 1]), loudest[lengths > 0], levels[lengths > 0])
    _draw_rates(figure.add_subplot(grid[2, 1]), clips_by_rate)
    figure.suptitle(figure_text(title))
    return figure


def _draw_classes(axes: Axes, clips: Mapping[str, int]) -> None:
    ordered = sorted(clips, key=lambda label: -clips[label])
    shown, others = ordered[:MOST_CLASSES], ordered[MOST_CLASSES:]
    names = [figure_text(label, MOST_LETTERS) for label in shown]
    counts = [clips[label] for label in shown]
    if others:
        names.append(f"{len(others)} others together")
        counts.append(sum(clips[label] for label in others))
    _bars(axes, names, counts)
    axes.set_ylim(max(LEAST_ROWS, len(names)) - 0.4, -0.6)
    axes.set_title(f"{len(clips)} class{'' if len(clips) == 1 else 'es'}", fontsize=10)
    if others:
        axes.patches[-1].set_color("0.6")
        # The sum of the others would make slivers of the bars that are to be compared: its bar ends at the frame.
        axes.set_xlim(0, ROOM * max(*counts[:-1], 1))
        axes.texts[-1].remove()
        middle = axes.get_xlim()[1] / 2
        axes.text(middle, len(shown), f"{counts[-1]:,}", fontsize=7, color="white", ha="center", va="center")


def _bars(axes: Axes, names: list[str], counts: list[int]) -> None:
    bars = axes.barh(range(len(names)), counts, height=0.8)
    axes.bar_label(bars, [f"{count:,}" for count in counts], fontsize=7, padding=2)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_ylim(max(1, len(names)) - 0.4, -0.6)
    axes.set_xlim(0, ROOM * max(counts, default=1))
    axes.set_xlabel("clips")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def _draw_lengths(axes: Axes, seconds: npt.NDArray[np.float64]) -> None:
    heard = seconds[seconds > 0]
    if len(heard):
        low, high = heard.min(), heard.max()
        # One length alone would else have a bar as wide as the picture.
        low, high = min(low, 0.9 * high), max(high, 1.1 * low)
        is_wide = high > WIDE * low
        edges = np.geomspace(low, high, BINS + 1) if is_wide else np.linspace(low, high, BINS + 1)
        # Rounding may leave the ends a hair within the longest and the shortest.
        axes.hist(np.clip(heard, edges[0], edges[-1]), edges.tolist())
        if is_wide:
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < 1000 * low else (1.0,)))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        middle = float(np.median(heard))
        text = f"{middle:.3g}" if middle < 100 else f"{middle:.0f}"
        axes.axvline(middle, color="black", linestyle=":", linewidth=1, label=f"median {text} s")
        axes.legend(fontsize=8, framealpha=0.7)
    _finish(axes, "length (s)")


def _draw_levels(axes: Axes, peaks: npt.NDArray[np.float64], rms: npt.NDArray[np.float64]) -> None:
    levels, loudest = _decibels(rms), _decibels(peaks)
    if len(levels):
        low, high = min(levels.min(), loudest.min()), max(0.0, loudest.max())
        edges = np.linspace(min(low, high - 10), high, BINS + 1)
        axes.hist(np.clip(levels, edges[0], high), edges.tolist(), label="rms")
        axes.hist(
            np.clip(loudest, edges[0], high), edges.tolist(), histtype="step", color="C1", linewidth=1.5, label="peak"
        )
        axes.legend(fontsize=8, framealpha=0.7)
    _finish(axes, "level (dBFS)")


def _draw_rates(axes: Axes, clips: Mapping[int, int]) -> None:
    rates = sorted(clips, key=lambda rate: -clips[rate])[:8]
    _bars(axes, [f"{rate / 1000:g} kHz" for rate in rates], [clips[rate] for rate in rates])


def _finish(axes: Axes, x_label: str) -> None:
    axes.set_xlabel(x_label)
    axes.set_ylabel("clips")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(alpha=0.3)
    axes.set_axisbelow(True)


def _decibels(magnitudes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 20 * np.log10(np.maximum(magnitudes, 10 ** (QUIETEST_DB / 20)))
