"""Loss and accuracy while training, of several ways beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from autospeech.plots.epoch_record import EpochRecord
from autospeech.plots.figure_text import figure_text

# The loss of single batches jumps: the strong line is its mean over so many parts of the training.
SMOOTH_PARTS = 50


def training_figure(
    histories: Mapping[str, Sequence[EpochRecord]],
    step_losses: Mapping[str, npt.ArrayLike] | None = None,
    title: str = "",
) -> Figure:
    """Draw loss and validation accuracy over the epochs, and the training loss over the iterations.

    Args:
        histories: The epochs of each way of training, by its name; an empty sequence draws nothing.
        step_losses: Training loss of each batch, of shape `(iterations,)`, by the same names; adds a row.
        title: Of the picture.

    Returns:
        The picture. A way has one colour in all of it; validation is solid, training dashed.

    Raises:
        ValueError: The step losses are of a way that has no history.

    Example:
        >>> epochs = [EpochRecord(1, 2.5, 1.9, 1.6, 0.4), EpochRecord(2, 5.0, 1.2, 1.1, 0.7)]
        >>> figure = training_figure({"M5": epochs}, {"M5": [2.1, 1.7, 1.3, 1.1]})
        >>> [axes.get_xlabel() for axes in figure.axes]
        ['epoch', 'epoch', 'iteration']
    """
    steps = {name: np.asarray(losses, dtype=np.float64) for name, losses in (step_losses or {}).items()}
    unknown = steps.keys() - histories.keys()
    if unknown:
        raise ValueError(f"step_losses of {', '.join(sorted(unknown))}; histories are of {', '.join(histories)}")
    figure = Figure(figsize=(10, 7 if steps else 4), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2 if steps else 1, 2)
    colours = {name: f"C{number % 10}" for number, name in enumerate(histories)}
    _draw_losses(figure.add_subplot(grid[0, 0]), histories, colours)
    _draw_accuracies(figure.add_subplot(grid[0, 1]), histories, colours)
    if steps:
        _draw_steps(figure.add_subplot(grid[1, :]), steps, colours)
    figure.suptitle(figure_text(title))
    return figure


def _draw_losses(axes: Axes, histories: Mapping[str, Sequence[EpochRecord]], colours: Mapping[str, str]) -> None:
    for name, records in histories.items():
        epochs = [record.epoch for record in records]
        valid, train = [record.valid_loss for record in records], [record.train_loss for record in records]
        axes.plot(epochs, valid, color=colours[name], marker=".", label=f"{name}, validation")
        axes.plot(epochs, train, color=colours[name], marker=".", linestyle="--", alpha=0.6, label=f"{name}, training")
    _finish(axes, "epoch", "loss")


def _draw_accuracies(axes: Axes, histories: Mapping[str, Sequence[EpochRecord]], colours: Mapping[str, str]) -> None:
    for name, records in histories.items():
        best = max(records, key=lambda record: record.valid_accuracy, default=None)
        label = name
        if best is not None:
            label = f"{name}: {best.valid_accuracy:.1%} in epoch {best.epoch}, after {best.seconds:.0f} s"
            axes.plot(best.epoch, best.valid_accuracy, "o", color=colours[name], fillstyle="none", markersize=10)
        accuracies = [record.valid_accuracy for record in records]
        axes.plot([record.epoch for record in records], accuracies, color=colours[name], marker=".", label=label)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    _finish(axes, "epoch", "validation accuracy", top=1)


def _draw_steps(axes: Axes, steps: Mapping[str, npt.NDArray[np.float64]], colours: Mapping[str, str]) -> None:
    for name, losses in steps.items():
        iterations = np.arange(1, len(losses) + 1)
        axes.plot(iterations, losses, color=colours[name], linewidth=0.5, alpha=0.4)
        parts = np.array_split(iterations, max(1, min(SMOOTH_PARTS, len(losses))))
        means = [(part.mean(), losses[part - 1].mean()) for part in parts if len(part)]
        axes.plot(*np.reshape(means, (-1, 2)).T, color=colours[name], label=name)
    _finish(axes, "iteration", "training loss")


def _finish(axes: Axes, x_label: str, y_label: str, top: float | None = None) -> None:
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.set_ylim(0, top)
    axes.set_xlim(0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=8, framealpha=0.7)
