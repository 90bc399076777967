"""A feature's images of clips, and a RANN that takes crops of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import soxr

from autospeech import features
from autospeech.audio.even_crop import even_crop
from autospeech.augment.base import Augmentation
from autospeech.augment.text_form import augmentations_at, image_augmentations, parse_augmentations
from autospeech.clock import Clock
from autospeech.features.standardize import Standardize
from autospeech.learners.chunk_augmentation import ChunkAugmentation
from autospeech.learners.feature_images import IMAGES, MOMENTUM
from autospeech.learners.frame_source import FrameSource
from autospeech.learners.kept_sets import KeptSets
from autospeech.learners.task import Task
from autospeech.networks.rann import RANN

Floats = npt.NDArray[np.float32]

# Clips are filled up with silence to a multiple of so many samples, so that those about as long are computed together;
# it is the same for a clip whatever else is there.
_FILLED = 4000
# Samples that are computed together, 25 clips of 5 s at 16 kHz; a longer clip stands alone.
_TOGETHER = 25 * 5 * 16000
# Seconds of sound in a set of clips: beyond, the longest are cropped to one length. No clip is longer than 5 minutes.
_MOST = 3600.0
_LONGEST = 300.0
# Sets of clips whose frames are kept: to train and to test.
_KEPT_SETS = 2
# Each clip is brought to this RMS; quieter ones than the second count as silent.
_LEVEL, _SILENCE = 0.05, 1e-6


class FeatureSource(FrameSource):
    """Standardised images of a feature, and a RANN for them.

    The images are computed once. Or the network is trained from the waveform: then a frame is a hop of the waveform,
    and each crop of hops is augmented, made an image and standardised by itself at each step, and likewise, without
    augmentation, when the network answers. A wavegram is learnt with its network, which takes the hops themselves.

    Args:
        name: Of the feature, one of `features.FEATURES`.
        network: Name of a RANN.
        seed: Seeds the weights.
        sample_rate: Of the images, in Hz.
        clip_rate: Of the clips, in Hz; they are resampled where it is another.
        images: Name of a set of arguments, one of `feature_images.IMAGES`.
        from_waveforms: Whether the network is trained from the waveform, so that it can be augmented; a wavegram's
            always is.

    Attributes:
        learnt: Whether the feature has weights of its own.

    Example:
        >>> source = FeatureSource("cqt", "rann-2x8-1-d10")
        >>> source.build(Task(3)).output_shape
        (None, 3)
        >>> values, starts = source.frames([np.ones(16000, "float32"), np.ones(40000, "float32")])
        >>> values.shape, starts.tolist(), source.crops
        ((111, 84), [0, 32, 111], (32, 63))
    """

    def __init__(
        self,
        name: str,
        network: str,
        seed: int = 0,
        *,
        sample_rate: int = 16000,
        clip_rate: int = 16000,
        images: str = "small",
        from_waveforms: bool = False,
    ) -> None:
        self.name = f"{name} network"
        self.clip_rate = clip_rate
        self.learnt = name == "wavegram"
        self._rann = RANN.named(network)
        self._seed = seed
        self._rate = sample_rate
        self._layer = features.get(name, sample_rate=sample_rate, **IMAGES[images][name])
        self._standardize = Standardize()
        self._chunked = from_waveforms or self.learnt
        hop = self._layer.hop_length
        self.bins = hop if self._chunked else self._layer.bins
        # Of n hops of a waveform there are n + 1 frames.
        long = self._rann.crop_seconds * sample_rate // hop + (0 if self._chunked else 1)
        self.crops = ((long + 1) // 2, long)
        self.frames_a_second = sample_rate / hop
        self.given = augmentations_at(sample_rate)
        # The speed of an image is known of the encoder's frames alone; chunks of a waveform have no bins.
        self.unsuited = {name for name in image_augmentations() if name != "mixup"} if self.learnt else {"speed"}
        self._costs = Clock()
        self._made: KeptSets[tuple[Floats, npt.NDArray[np.intp]]] = KeptSets(_KEPT_SETS)

    def build(self, task: Task) -> keras.Model:
        """Build the network, trace the feature and rehearse it on noise."""
        import tensorflow as tf

        noise = np.random.default_rng(0).normal(scale=_LEVEL, size=(25, 2 * self.clip_rate)).astype(np.float32)
        if not self._chunked:
            self._traced = tf.function(self._layer, input_signature=[tf.TensorSpec((None, None, 1))])
        for _ in range(2):
            self._costs = Clock()
            self._all_frames(list(noise))
        rann = self._rann.build(task.classes, (None, self._layer.bins, 1), momentum=MOMENTUM, seed=self._seed)
        if self.learnt:
            chunks = keras.Input((None, self.bins, 1))
            return keras.Model(chunks, rann(self._layer(keras.layers.Reshape((-1, 1))(chunks))))
        return rann

    def augmentation(self, text: str) -> Augmentation:
        """Return what training crops go through; see `FrameSource`. Waveforms are augmented where crops are of them."""
        if not self._chunked:
            return super().augmentation(text)
        waveforms, images = parse_augmentations(self.suited(text), self.given)
        hops = keras.layers.Reshape((-1, self.bins, 1))
        return ChunkAugmentation(waveforms, images, [hops] if self.learnt else [self._layer, self._standardize])

    def inputs(self, crops: Floats) -> Any:
        """Return what the network takes of crops; see `FrameSource`."""
        if self.learnt or not self._chunked:
            return crops
        return self._seen(crops)

    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips; see `FrameSource`."""
        return self._made.get(clips, self._all_frames)

    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips and of test clips about as long."""
        most = _MOST * self.clip_rate
        samples = min(sum(map(len, clips)), most)
        others = 0.0 if len(self._made) > 1 else min(samples * test_clips / max(len(clips), 1), most)
        wanted = round((0 if clips in self._made else samples) + others)
        return self._costs.cost("images", wanted) + self._costs.cost("resample", wanted)

    def _all_frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        most = round(_LONGEST * self.clip_rate)
        lengths = np.array([len(clip) for clip in clips], np.intp).clip(max=most)
        longest = int(min(even_crop(lengths, round(_MOST * self.clip_rate)), most))
        cropped = [clip[:longest] for clip in clips]
        if self.clip_rate != self._rate:
            with self._costs.measure("resample", sum(map(len, cropped))):
                cropped = [soxr.resample(clip, self.clip_rate, self._rate) for clip in cropped]
        cropped = [_leveled(clip) for clip in cropped]
        if not self._chunked:
            images = self._images(cropped)
            starts = np.concatenate([[0], np.cumsum([len(image) for image in images])]).astype(np.intp)
            return np.concatenate(images), starts
        # The waveform itself, cut to hops.
        counts = [max(1, -(-len(clip) // self.bins)) for clip in cropped]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        chunks = np.zeros((starts[-1], self.bins), np.float32)
        for start, clip in zip(starts, cropped, strict=False):
            chunks.reshape(-1)[start * self.bins :][: len(clip)] = clip
        return chunks, starts

    @functools.cached_property
    def _seen(self) -> Any:
        """From chunks to standardised images, traced."""
        import tensorflow as tf

        def seen(chunks: Any) -> Any:
            return self._standardize(self._layer(tf.reshape(chunks, (tf.shape(chunks)[0], -1, 1))))

        return tf.function(seen, reduce_retracing=True)

    def _images(self, clips: Sequence[Floats]) -> list[Floats]:
        filled = [max(1, -(-len(clip) // _FILLED)) * _FILLED for clip in clips]
        together: dict[int, list[int]] = {}
        for number, length in enumerate(filled):
            together.setdefault(length, []).append(number)
        images: dict[int, Floats] = {}
        for length, numbers in together.items():
            rows = max(1, _TOGETHER // length)
            for first in range(0, len(numbers), rows):
                part = numbers[first : first + rows]
                waveforms = np.zeros((len(part), length, 1), np.float32)
                for row, number in enumerate(part):
                    waveforms[row, : len(clips[number]), 0] = clips[number]
                # What fills up short clips is work too; by sound alone, clips of a sample would seem to cost hours.
                with self._costs.measure("images", waveforms.size):
                    computed = self._traced(waveforms).numpy()[..., 0]
                for row, number in enumerate(part):
                    count = 1 + len(clips[number]) // self._layer.hop_length
                    images[number] = _standardized(computed[row, :count])
        return [images[number] for number in range(len(clips))]


def _leveled(clip: Floats) -> Floats:
    level = float(np.sqrt(np.mean(np.square(clip), dtype=np.float64))) if len(clip) else 0.0
    return clip * np.float32(_LEVEL / level) if level > _SILENCE else clip


def _standardized(image: Floats) -> Floats:
    return (image - image.mean()) / (image.std() + np.float32(1e-6))
