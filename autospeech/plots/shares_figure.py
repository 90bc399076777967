"""Test accuracy against the share of the training clips, with and without augmentation."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from autospeech.plots.figure_text import figure_text

# Shares nearer to each other than this, as factors, have no room for two labels.
_CLOSE = 1.15


def shares_figure(
    plain: Mapping[str, Mapping[float, float]],
    augmented: Mapping[str, Mapping[float, float]],
    clips: Mapping[float, int],
    chance: float | None = None,
    title: str = "",
) -> Figure:
    """Draw accuracy against the share of the training clips: two lines a way of training.

    Args:
        plain: Accuracy, 0..1, after training without augmentation, for each way by its name: by the share of the
            training clips, above 0 and at most 1.
        augmented: The same with augmentation.
        clips: How many clips each share is.
        chance: Accuracy of the most frequent class, drawn as a line.
        title: Of the picture.

    Returns:
        The picture; shares on a logarithmic axis. A way has one colour, solid with augmentation and dashed without.

    Raises:
        ValueError: There is no accuracy to draw, or a share has no number of clips.

    Example:
        >>> figure = shares_figure({"mel": {0.5: 0.8, 1.0: 0.9}}, {"mel": {0.5: 0.88, 1.0: 0.91}}, {0.5: 50, 1.0: 100})
        >>> [line.get_label() for line in figure.axes[0].lines]
        ['mel, augmented', 'mel']
    """
    shares = sorted({share for lines in (plain, augmented) for points in lines.values() for share in points})
    if not shares:
        raise ValueError("there is no accuracy to draw; hand over at least one share of one way")
    missing = [share for share in shares if share not in clips]
    if missing:
        raise ValueError(f"clips says nothing of the share {missing[0]}; it tells of {', '.join(map(str, clips))}")
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    for number, name in enumerate(dict.fromkeys([*augmented, *plain])):
        for lines, label, style in ((augmented, f"{name}, augmented", "-"), (plain, name, "--")):
            points = sorted(lines.get(name, {}).items())
            if points:
                axes.plot(*zip(*points, strict=True), style, color=f"C{number % 10}", marker="o", label=label)
    if chance is not None:
        axes.axhline(chance, color="black", linestyle=":", linewidth=1, label=f"most frequent class: {chance:.1%}")
    axes.set_xscale("log")
    labelled = [share for share, after in zip(shares, [*shares[1:], None], strict=True) if not _close(share, after)]
    axes.set_xticks(labelled, [f"{100 * share:g} %\n{clips[share]} clips" for share in labelled])
    axes.minorticks_off()
    axes.set_xlim(shares[0] / 1.1, shares[-1] * 1.1)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("training clips")
    axes.set_ylabel("test accuracy")
    axes.grid(alpha=0.3)
    # Long enough for a marker and two dashes.
    axes.legend(fontsize=8, framealpha=0.7, handlelength=4)
    figure.suptitle(figure_text(title))
    return figure


def _close(share: float, after: float | None) -> bool:
    return after is not None and after < share * _CLOSE
