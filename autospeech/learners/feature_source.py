"""A feature's images of clips, and a RANN that takes crops of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autospeech import features
from autospeech.audio.even_crop import even_crop
from autospeech.augment.text_form import AUGMENTATIONS
from autospeech.clock import Clock
from autospeech.learners.frame_source import FrameSource
from autospeech.learners.kept_sets import KeptSets
from autospeech.learners.task import Task
from autospeech.networks.rann import RANN

Floats = npt.NDArray[np.float32]

SAMPLE_RATE = 16000
# Of the batch normalisations: a fold has few steps, and the statistics must follow them.
_MOMENTUM = 0.9
# As many bins as a small network has use for.
IMAGES: dict[str, dict[str, Any]] = {
    "log_mel": {"n_mels": 64},
    "mfcc": {"n_mfcc": 64, "n_mels": 64},
    "gfcc": {"n_gfcc": 64},
    "cqt": {},
    "chroma": {},
    "tempogram": {"win_length": 128},
    "wavegram": {"momentum": _MOMENTUM},
}
# Clips are filled up with silence to a multiple of so many samples, so that those about as long are computed together;
# it is the same for a clip whatever else is there.
_FILLED = 4000
# Samples that are computed together, 25 clips of 5 s; a longer clip stands alone.
_TOGETHER = 25 * 5 * SAMPLE_RATE
# Sound of a set of clips, an hour: beyond, the longest are cropped to one length. No clip is longer than 5 minutes.
_MOST = 3600 * SAMPLE_RATE
_LONGEST = 300 * SAMPLE_RATE
# Sets of clips whose frames are kept: to train and to test.
_KEPT_SETS = 2
# Each clip is brought to this RMS; quieter ones than the second count as silent.
_LEVEL, _SILENCE = 0.05, 1e-6


class FeatureSource(FrameSource):
    """Standardised images of a feature, and a RANN for them. A wavegram is learnt with its network, from the waveform.

    Args:
        name: Of the feature, one of `features.FEATURES`.
        network: Name of a RANN.
        seed: Seeds the weights.

    Example:
        >>> source = FeatureSource("cqt", "rann-2x8-1-d10")
        >>> source.build(Task(3)).output_shape
        (None, 3)
        >>> values, starts = source.frames([np.ones(16000, "float32"), np.ones(40000, "float32")])
        >>> values.shape, starts.tolist(), source.crops
        ((111, 84), [0, 32, 111], (32, 63))
    """

    def __init__(self, name: str, network: str, seed: int = 0) -> None:
        self.name = f"{name} network"
        self._rann = RANN.named(network)
        self._seed = seed
        self._layer = features.get(name, sample_rate=SAMPLE_RATE, **IMAGES[name])
        self._learnt = name == "wavegram"
        self.bins = self._layer.hop_length if self._learnt else self._layer.bins
        long = 1 + self._rann.crop_seconds * SAMPLE_RATE // self._layer.hop_length
        self.crops = ((long + 1) // 2, long)
        self.frames_a_second = SAMPLE_RATE / self._layer.hop_length
        self.given = {}
        # The speed of an image is known of the encoder's frames alone; chunks of a waveform have no bins.
        self.unsuited = set(AUGMENTATIONS) - {"mixup"} if self._learnt else {"speed"}
        self._costs = Clock()
        self._made: KeptSets[tuple[Floats, npt.NDArray[np.intp]]] = KeptSets(_KEPT_SETS)

    def build(self, task: Task) -> keras.Model:
        """Build the network, trace the feature and rehearse it on noise."""
        import tensorflow as tf

        if self._learnt:
            chunks = keras.Input((None, self.bins, 1))
            waveform = keras.layers.Reshape((-1, 1))(chunks)
            rann = self._rann.build(task.classes, (None, self._layer.bins, 1), momentum=_MOMENTUM, seed=self._seed)
            return keras.Model(chunks, rann(self._layer(waveform)))
        self._traced = tf.function(self._layer, input_signature=[tf.TensorSpec((None, None, 1))])
        noise = np.random.default_rng(0).normal(scale=_LEVEL, size=(25, 2 * SAMPLE_RATE)).astype(np.float32)
        for _ in range(2):
            self._costs = Clock()
            self._images(list(noise))
        return self._rann.build(task.classes, (None, self.bins, 1), momentum=_MOMENTUM, seed=self._seed)

    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips; see `FrameSource`."""
        return self._made.get(clips, self._all_frames)

    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips and of test clips about as long."""
        samples = min(sum(map(len, clips)), _MOST)
        others = 0.0 if len(self._made) > 1 else min(samples * test_clips / max(len(clips), 1), _MOST)
        return self._costs.cost("images", round((0 if clips in self._made else samples) + others))

    def _all_frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        lengths = np.array([len(clip) for clip in clips], np.intp).clip(max=_LONGEST)
        longest = int(min(even_crop(lengths, _MOST), _LONGEST))
        cropped = [_leveled(clip[:longest]) for clip in clips]
        if not self._learnt:
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
