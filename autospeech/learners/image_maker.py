"""Standardised log-mel images of clips."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np

from autospeech.audio.fix_length import batch_clips
from autospeech.features.log_mel import LogMel
from autospeech.features.standardize import Standardize
from autospeech.learners.network_settings import NetworkSettings


class ImageMaker:
    """Turn clips of any length into standardised log-mel images of one size, on the device.

    Args:
        settings: Of which the length of the clips and the log-mel are taken.
        batch: Clips at a time; small batches are faster, since they stay in the cache.

    Attributes:
        decibels: The log-mel layer, before the images are standardised.
        image_shape: `(frames, bins, 1)`.

    Example:
        >>> ImageMaker(NetworkSettings())([np.zeros(100, "float32")]).shape
        (1, 157, 64, 1)
    """

    def __init__(self, settings: NetworkSettings, batch: int = 25) -> None:
        self.batch = batch
        self._samples = round(settings.sample_rate * settings.seconds)
        self.decibels = LogMel(
            sample_rate=settings.sample_rate,
            n_fft=settings.n_fft,
            hop_length=settings.hop_length,
            n_mels=settings.n_mels,
            fmin=settings.fmin,
            fmax=settings.fmax,
        )
        self._model = keras.Sequential([keras.Input((self._samples, 1)), self.decibels, Standardize()])
        self._model.compile(jit_compile=False)
        self.image_shape: tuple[int, int, int] = self._model.output_shape[1:]

    def __call__(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Return the images of at most `batch` clips, `(clips, frames, bins, 1)`."""
        waveforms = np.zeros((self.batch, self._samples, 1), "float32")
        waveforms[: len(clips), :, 0] = batch_clips(clips, self._samples)
        images: np.ndarray = self._model.predict_on_batch(waveforms)
        return images[: len(clips)]
