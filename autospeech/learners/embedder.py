"""Embeddings of clips of any length by the shipped encoder."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.networks.encoder import load_encoder
from autospeech.statistics.log_mel_frames import MELS, LogMelFrames

Floats = npt.NDArray[np.float32]
_log = logging.getLogger("autospeech")

# Lengths of the windows that are traced, in frames; one of 62 is a second.
WINDOWS = (62, 124, 248, 400)
# Windows of a clip at most, evenly spaced: of a long one they are a sample.
MOST_WINDOWS = 3
# Frames at a time: small batches are faster, since they stay in the cache.
FRAMES_AT_A_TIME = 2000


class Embedder:
    """Embed clips through windows of a few traced lengths.

    A clip gets the longest windows that it fills, as many as cover it but no more than three, and its embedding is
    their mean; one shorter than the shortest window repeats.

    Args:
        path: Weights as `save_encoder` writes them; None for the shipped ones.

    Example:
        >>> embedder = Embedder()
        >>> embedder.warm_up()
        >>> frames = LogMelFrames.of([np.ones(100, "float32"), np.ones(200000, "float32")])
        >>> embedder(frames).shape == (2, embedder.network.output_shape[1])
        True
    """

    def __init__(self, path: Path | None = None) -> None:
        import tensorflow as tf

        self._tf = tf
        self.network = load_encoder(path)
        self._forward = tf.function(self.network, autograph=False)
        self._frames_at_a_time, self._on_cpu = FRAMES_AT_A_TIME, False

    def warm_up(self) -> None:
        """Trace the encoder for every window length."""
        for length in WINDOWS:
            self._embed(np.zeros((1, length, MELS), np.float32))

    def __call__(self, frames: LogMelFrames) -> Floats:
        """Return the embeddings of clips, `(clips, numbers)`."""
        counts = np.diff(frames.starts)
        lengths, many = _windows(counts)
        sums = np.zeros((len(frames), self.network.output_shape[1]), np.float32)
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            owner = np.repeat(chosen, many[chosen])
            place = np.concatenate([np.linspace(0, 1, windows) if windows > 1 else [0.5] for windows in many[chosen]])
            begins = (place * np.maximum(counts[owner] - length, 0)).astype(np.intp)
            step = max(1, FRAMES_AT_A_TIME // int(length))
            for first in range(0, len(owner), step):
                part = slice(first, first + step)
                # A clip shorter than the window repeats.
                rows = (begins[part, None] + np.arange(length)) % counts[owner[part], None]
                embedded = self._embed(frames.values[frames.starts[owner[part], None] + rows])
                np.add.at(sums, owner[part], embedded / many[owner[part], None])
        return sums

    def _embed(self, windows: Floats) -> Floats:
        """Embed windows of one length; each batch is filled up to the size that was traced.

        Where the device has too little memory, in halves, and at last on the CPU. What was learnt of it stays: each
        attempt that fails may take seconds.
        """
        embedded: list[Floats] = []
        first = 0
        while first < len(windows):
            size = max(1, self._frames_at_a_time // windows.shape[1])
            part = windows[first : first + size]
            batch = np.zeros((size, *windows.shape[1:], 1), np.float32)
            batch[: len(part), ..., 0] = part
            try:
                embedded.append(self._on_device(batch)[: len(part)])
                first += size
            except self._tf.errors.ResourceExhaustedError:
                if self._on_cpu:
                    raise
                if size > 1:
                    _log.warning("too little device memory for %d windows, trying half as many", size)
                    self._frames_at_a_time = size // 2 * windows.shape[1]
                else:
                    _log.warning("too little device memory for a single window, going on with the CPU")
                    self._frames_at_a_time, self._on_cpu = FRAMES_AT_A_TIME, True
        return np.concatenate(embedded)

    def _on_device(self, batch: Floats) -> Floats:
        if not self._on_cpu:
            return np.asarray(self._forward(self._tf.constant(batch)))
        with self._tf.device("/CPU:0"):
            return np.asarray(self.network(self._tf.constant(batch), training=False))


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
