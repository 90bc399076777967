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
        >>> embedder(LogMelFrames.of([np.ones(100, "float32"), np.ones(200000, "float32")])).shape
        (2, 1024)
    """

    def __init__(self, path: Path | None = None) -> None:
        import tensorflow as tf

        self._tf = tf
        self.network = load_encoder(path)
        self._forward = tf.function(self.network, autograph=False)

    def warm_up(self) -> None:
        """Trace the encoder for every window length."""
        for length in WINDOWS:
            self._embed(np.zeros((1, length, MELS), np.float32))

    def __call__(self, frames: LogMelFrames) -> Floats:
        """Return the embeddings of clips, `(clips, numbers)`."""
        counts = np.diff(frames.starts)
        lengths = np.array(WINDOWS)[np.maximum(np.searchsorted(WINDOWS, counts, side="right") - 1, 0)]
        sums: Floats | None = None
        for length in np.unique(lengths):
            chosen = np.flatnonzero(lengths == length)
            windows = np.clip(-(-counts[chosen] // length), 1, MOST_WINDOWS)
            owner = np.repeat(chosen, windows)
            place = np.concatenate([np.linspace(0, 1, many) if many > 1 else [0.5] for many in windows])
            begins = (place * np.maximum(counts[owner] - length, 0)).astype(np.intp)
            step = max(1, FRAMES_AT_A_TIME // int(length))
            for first in range(0, len(owner), step):
                part = slice(first, first + step)
                # A clip shorter than the window repeats.
                rows = (begins[part, None] + np.arange(length)) % counts[owner[part], None]
                embedded = self._embed(frames.values[frames.starts[owner[part], None] + rows])
                if sums is None:
                    sums = np.zeros((len(frames), embedded.shape[1]), np.float32)
                np.add.at(sums, owner[part], embedded / windows[np.searchsorted(chosen, owner[part]), None])
        return np.zeros((0, self.network.output_shape[1]), np.float32) if sums is None else sums

    def _embed(self, windows: Floats) -> Floats:
        """Embed windows of one length; the batch is filled up to the size that was traced."""
        size = max(1, FRAMES_AT_A_TIME // windows.shape[1])
        full = np.zeros((size, windows.shape[1], MELS, 1), np.float32)
        full[: len(windows), :, :, 0] = windows
        return self._on_device(full)[: len(windows)]

    def _on_device(self, batch: Floats) -> Floats:
        """Embed a batch; where the device has too little memory, in halves, and at last on the CPU."""
        try:
            return np.asarray(self._forward(self._tf.constant(batch)))
        except self._tf.errors.ResourceExhaustedError:
            if len(batch) > 1:
                _log.warning("too little device memory for %d windows, trying half as many", len(batch))
                half = len(batch) // 2
                return np.concatenate([self._on_device(batch[:half]), self._on_device(batch[half:])])
            _log.warning("too little device memory for a single window, going on with the CPU")
            with self._tf.device("/CPU:0"):
                return np.asarray(self.network(batch))
