"""A clip's waveform and images of it, one above the other."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from autospeech.plots.figure_text import figure_text
from autospeech.whole_writing import whole_file


def clip_figure(
    waveforms: Mapping[str, npt.NDArray[np.float32]],
    sample_rate: int,
    images: Mapping[str, npt.ArrayLike],
    title: str = "",
) -> Figure:
    """Draw a waveform, or a few versions of it, and images.

    Args:
        waveforms: `(samples,)`, -1..1, by their names, at least one.
        sample_rate: Samples a second.
        images: `(frames, bins)` by their names; each spans the longest waveform.
        title: Of the picture.

    Returns:
        The picture, the waveforms on top.

    Example:
        >>> figure = clip_figure({"waveform": np.zeros(16000, "float32")}, 16000, {"log_mel": np.zeros((32, 64))})
        >>> [axes.get_title() for axes in figure.axes if axes.get_title()]
        ['waveform', 'log_mel: 32 frames x 64 bins']
    """
    figure = Figure(figsize=(10, 1.8 * (len(waveforms) + len(images))), layout="constrained")
    FigureCanvasAgg(figure)
    every = np.atleast_1d(figure.subplots(len(waveforms) + len(images), sharex=True))
    length = max(*(len(waveform) for waveform in waveforms.values()), 1) / sample_rate
    for axes, (name, waveform) in zip(every, waveforms.items(), strict=False):
        axes.plot(np.arange(len(waveform)) / sample_rate, waveform, linewidth=0.5)
        axes.set_title(name, fontsize=9)
        axes.set_xlim(0, length)
        axes.set_ylabel("amplitude")
    rows = every[len(waveforms) :]
    for axes, (name, image) in zip(rows, images.items(), strict=True):
        values = np.asarray(image)
        frames, bins = values.shape
        # A few values far from all others, as a cepstrum's first, would leave no colours for the rest.
        lowest, highest = np.percentile(values, (3, 97)) if values.size else (0, 0)
        drawn = axes.imshow(
            values.T,
            origin="lower",
            aspect="auto",
            extent=(0, length, 0, bins),
            interpolation="nearest",
            vmin=lowest if lowest < highest else None,
            vmax=highest if lowest < highest else None,
        )
        axes.set_title(f"{name}: {frames} frames x {bins} bins", fontsize=9)
        axes.set_ylabel("bin")
        figure.colorbar(drawn, ax=axes, pad=0.01, extend="both")
    every[-1].set_xlabel("s")
    figure.suptitle(figure_text(title))
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a picture as a PNG, whole or not at all.

    Raises:
        OSError: It cannot be written there.
    """
    with whole_file(path) as part, warnings.catch_warnings():
        # A label in a script that the font lacks is drawn as boxes; a page of notes about each letter helps nobody.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        figure.savefig(part, format="png", dpi=110)
