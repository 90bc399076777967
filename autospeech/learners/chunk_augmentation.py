"""Augmentation from the waveform to what a network takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.compose import Compose


class ChunkAugmentation(Augmentation):
    """Augment waveforms, make images of them and augment these, all in one traced function.

    Waveforms come cut into chunks of a hop each, `(batch, chunks, hop, 1)`, so that crops of them are cut as those of
    images are. Of crops as long as `needed` says, what a clip that was played faster leaves silent at its end is cut
    off.

    Args:
        waveforms: Augmentations of waveforms.
        layers: From waveforms `(batch, samples, 1)` to images, one after the other.
        images: Augmentations of these.

    Example:
        >>> import numpy as np
        >>> from autospeech.augment.text_form import parse_augmentations
        >>> from autospeech.features.log_mel import LogMel
        >>> both = ChunkAugmentation(*parse_augmentations("gaussian_noise,mixup"), [LogMel()])
        >>> chunks, labels = np.ones((4, 10, 512, 1), "float32"), np.eye(4, dtype="float32")
        >>> images, labels = both(chunks, labels, keras.random.SeedGenerator(0))
        >>> tuple(images.shape), tuple(labels.shape), both.clips_each
        ((2, 11, 64, 1), (2, 4), 2)
    """

    domain = "image"

    def __init__(self, waveforms: Compose, images: Compose, layers: Sequence[keras.layers.Layer]) -> None:
        import tensorflow as tf

        self.waveforms = waveforms
        self.images = images
        self.clips_each = waveforms.clips_each * images.clips_each
        self._layers = tuple(layers)
        self._traced = tf.function(super().__call__)

    def needed(self, length: int) -> int:
        """Return how many chunks make so many after the waveforms were augmented."""
        return self.waveforms.needed(length)

    def _kept(self, chunks: int) -> int:
        """Return the most chunks for which so many are needed."""
        return max((kept for kept in range(1, chunks + 1) if self.needed(kept) <= chunks), default=1)

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw the parameters of the waveforms' augmentations, and of the images'."""
        waveforms = (shape[0], shape[1] * shape[2], 1)
        images = (self.waveforms.shape_after(waveforms)[0], self._kept(shape[1]) * shape[2], 1)
        for layer in self._layers:
            images = layer.compute_output_shape(images)
        return self.waveforms.draw(waveforms, seeds), self.images.draw(images, seeds)

    def apply(self, clips: Any, labels: Any, parameters: tuple[Any, Any]) -> tuple[Any, Any]:
        """Apply the one, make images, apply the other."""
        of_waveforms, of_images = parameters
        waveforms = ops.reshape(clips, (clips.shape[0], -1, 1))
        seen, labels = self.waveforms.apply(waveforms, labels, of_waveforms)
        seen = seen[:, : self._kept(clips.shape[1]) * clips.shape[2]]
        for layer in self._layers:
            seen = layer(seen)
        return self.images.apply(seen, labels, of_images)

    def __call__(self, clips: Any, labels: Any, seeds: keras.random.SeedGenerator) -> tuple[Any, Any]:
        """Draw and apply."""
        return self._traced(clips, labels, seeds)
