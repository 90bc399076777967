"""Embeddings of clips of any length by the shipped encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.machine import threads
from autospeech.statistics.log_mel_frames import LogMelFrames
from autospeech.statistics.spread_windows import mean_over_windows
from autospeech.statistics.trunk import Trunk

Floats = npt.NDArray[np.float32]

# Lengths of windows, in frames; one of 62 is a second.
WINDOWS = (62, 124, 248, 400)
# Windows of a clip at most, evenly spaced: of a long one they are a sample.
MOST_WINDOWS = 3


class Embedder:
    """Embed clips through windows of a few lengths.

    A clip gets the longest windows that it fills, as many as cover it but no more than three, and its embedding is
    their mean; one shorter than the shortest window repeats.

    Args:
        path: Weights as `save_encoder` writes them; None for the shipped ones.
        trunk: The weights themselves, in place of a file.

    Attributes:
        trunk: What embeds a window.

    Raises:
        FileNotFoundError: There is no such file.

    Example:
        >>> embedder = Embedder()
        >>> frames = LogMelFrames.of([np.ones(100, "float32"), np.ones(200000, "float32")])
        >>> embedder(frames).shape == (2, embedder.trunk.numbers)
        True
    """

    def __init__(self, path: Path | None = None, *, trunk: Trunk | None = None) -> None:
        self.trunk = trunk or Trunk.load(path)

    def __call__(self, frames: LogMelFrames) -> Floats:
        """Return the embeddings of clips, `(clips, numbers)`."""
        lengths, many = _windows(np.diff(frames.starts))
        embedded = np.zeros((len(frames), self.trunk.numbers), np.float32)
        for length in np.unique(lengths).tolist():
            chosen = np.flatnonzero(lengths == length)
            embedded[chosen] = mean_over_windows(self.trunk, frames, many[chosen], length, clips=chosen, pool=threads())
        return embedded


def embedded_frames(counts: npt.NDArray[np.intp]) -> int:
    """Return how many frames the encoder has to see for clips of so many, which is what embedding them costs.

    Example:
        >>> embedded_frames(np.array([20, 62, 63, 5000]))
        1448
    """
    lengths, many = _windows(counts)
    return int(lengths @ many)


def _windows(counts: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return of each clip how long its windows are and how many."""
    lengths = np.array(WINDOWS)[np.maximum(np.searchsorted(WINDOWS, counts, side="right") - 1, 0)]
    return lengths, np.clip(-(-counts // lengths), 1, MOST_WINDOWS)
