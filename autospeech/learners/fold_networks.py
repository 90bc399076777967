"""Networks that start from the encoder, one for each fold that is held out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autospeech.augment.cutout import Cutout
from autospeech.augment.mixup import Mixup
from autospeech.augment.speed import Speed
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.rung import Rung, Scores
from autospeech.learners.task import Task
from autospeech.networks.encoder import CENTRE, load_encoder
from autospeech.statistics.log_mel_frames import MELS, LogMelFrames
from autospeech.training.label_loss import LabelLoss
from autospeech.training.mixed_batches import mixed_batches

Floats = npt.NDArray[np.float32]
_log = logging.getLogger("autospeech")

NAME = "network"
_SMALLEST_BATCH = 4


class FoldNetworks(Rung):
    """Train the encoder's trunk with a new head, each time without one fold, and judge each by the fold it never saw.

    One call of `learn` trains one network. The answer is the mean of the logits of all networks so far, over windows of
    each clip.

    Args:
        views: Makes the frames.
        gain: See `Rung`.
        settings: How the networks are trained.
        weights: The encoder's weights; None for the shipped ones.
        seed: Seeds batches, augmentation and heads.
    """

    def __init__(
        self,
        views: ClipViews,
        gain: float,
        settings: FoldNetworksSettings | None = None,
        weights: Path | None = None,
        seed: int = 0,
    ) -> None:
        self.name = "networks"
        self.gain = gain
        self.settings = settings or FoldNetworksSettings()
        self._views = views
        self._weights_file = weights
        self._seed = seed
        self._costs = Clock()
        self._mixup = Mixup(self.settings.mixup_alpha)
        self._cutout = Cutout(self.settings.cutout_probability, self.settings.cutout_largest, fill=CENTRE)
        self._speed = Speed(self.settings.slowest, self.settings.fastest)
        self._trained: dict[int, list[Any]] = {}
        self._judged: Floats | None = None
        self._multi_label = False
        self._folds = 4
        self._budget: float | None = None
        self._batch, self._on_cpu = self.settings.batch, False

    @property
    def rounds_left(self) -> bool:
        """Whether there are folds without a network."""
        return len(self._trained) < self._folds

    def warm_up(self, task: Task) -> None:
        """Build the network and rehearse a step and an answer for every crop length."""
        import tensorflow as tf

        self._tf, self._exhausted = tf, tf.errors.ResourceExhaustedError
        self._generator = np.random.default_rng(self._seed)
        self._seeds = keras.random.SeedGenerator(self._seed)
        trunk = load_encoder(self._weights_file)
        trunk.trainable = True
        for layer in trunk.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                # A fold has few steps; the statistics must follow them.
                layer.momentum = 0.9
        kept = keras.layers.Dropout(self.settings.dropout, seed=self._seed)(trunk.output)
        logits = keras.layers.Dense(
            task.classes, kernel_initializer=keras.initializers.RandomNormal(0, 0.01, self._seed), name="logits"
        )(kept)
        self.network = keras.Model(trunk.input, logits)
        self._loss = LabelLoss()
        self.network.compile(keras.optimizers.AdamW(self.settings.learning_rate), self._loss, jit_compile=False)
        self.network.optimizer.build(self.network.trainable_variables)
        self._start = [np.array(values) for values in self.network.get_weights()]
        self._fresh = [np.array(variable) for variable in self.network.optimizer.variables]
        labels = np.eye(task.classes, dtype=np.float32)[np.zeros(2 * self.settings.batch, np.intp)]
        for _ in range(2):
            self._costs = Clock()
            for frames in (62, 124):
                shape = 2 * self.settings.batch, self._speed.needed(frames), MELS, 1
                self._step(np.zeros(shape, np.float32), labels)
                self._forward(np.zeros((2 * self.settings.batch, frames, MELS, 1), np.float32))
        self._restart()

    def cost(self, train: LabelledClips, test_clips: int) -> float:
        """Return the seconds of one more network and its answer."""
        asking = self._costs.cost("forward") * self._crops_of(train) * (test_clips * (len(self._trained) + 1))
        return self._slice(train) + asking + self._views.cost("frames", train.clips)

    def learn(self, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock) -> Scores:
        """Train the network of the next fold; see `Rung`."""
        numbers = np.unique(folds)
        self._folds = len(numbers)
        fold = next(number for number in numbers if number not in self._trained)
        frames = self._views.frames(train.clips)
        if self._judged is None:
            self._judged = np.full(train.labels.shape, np.nan, np.float32)
            self._multi_label = train.is_multilabel
            self._loss.set_multi_label(self._multi_label)
        held_out = np.flatnonzero(folds == fold)
        learnt = np.flatnonzero(folds != fold)
        while True:
            try:
                self._restart()
                with self._device():
                    if not self._train(frames, train.labels, learnt, deadline, self._slice(train)):
                        return {}
                    self._judged[held_out] = self._average(frames, held_out)
                self._trained[int(fold)] = [np.array(values) for values in self.network.get_weights()]
                return {NAME: self._judged.copy()}
            except self._exhausted as error:
                if not self._make_do():
                    raise
                _log.warning("too little device memory, going on with batches of %d: %s", self._batch, error.message)

    def scores(self, members: Sequence[str], clips: Sequence[Floats], deadline: Clock) -> Scores:
        """Return the mean logits of all networks."""
        frames = self._views.frames(clips)
        total = np.zeros((len(clips), self.network.output_shape[1]), np.float32)
        for weights in self._trained.values():
            self.network.set_weights(weights)
            with self._device():
                total += self._average(frames, np.arange(len(clips)))
        total /= max(len(self._trained), 1)
        return {NAME: total}

    def _make_do(self) -> bool:
        """Halve the batch, or leave the device where it is small; tell whether there was anything to be done."""
        if self._batch > _SMALLEST_BATCH:
            self._batch //= 2
            return True
        left, self._on_cpu = not self._on_cpu, True
        return left

    def _device(self) -> Any:
        return self._tf.device("/CPU:0") if self._on_cpu else nullcontext()

    def _slice(self, train: LabelledClips) -> float:
        """Return the seconds for one network."""
        steps = self.settings.most_epochs * max(1, len(train) // (2 * self.settings.batch))
        longest = self._costs.cost("step") * steps
        share = max(self.settings.least_seconds, self.settings.share * (self._budget or 0.0))
        return min(longest, share)

    def begin(self, budget: float) -> None:
        """Tell the whole budget, by which the share of one network is meant."""
        self._budget = min(budget, 3600.0)

    def _train(
        self, frames: LogMelFrames, labels: Floats, learnt: npt.NDArray[np.intp], deadline: Clock, seconds: float
    ) -> int:
        clock = Clock(min(seconds, deadline.left()))
        whole = clock.left()
        length = self._length(frames)
        steps = 0
        while clock.left() > self._costs.cost("step"):
            for indices in mixed_batches(len(learnt), self._batch, self._generator):
                done = 1 - clock.left() / whole
                if done >= 1 or not clock.fits(self._costs.cost("step")):
                    break
                rate = min(1.0, done / 0.1) if done < 0.1 else 0.5 * (1 + np.cos(np.pi * (done - 0.1) / 0.9))
                self.network.optimizer.learning_rate.assign(self.settings.learning_rate * max(rate, 0.01))
                chosen = learnt[indices]
                self._step(self._crops(frames, chosen, self._speed.needed(length)), labels[chosen])
                steps += 1
        return steps

    def _step(self, images: Floats, labels: Floats) -> None:
        with self._costs.measure("step"):
            batch = images, labels
            for augmentation in (self._speed, self._mixup, self._cutout):
                batch = augmentation(*batch, self._seeds)
            self.network.train_on_batch(*batch)

    def _restart(self) -> None:
        self.network.set_weights(self._start)
        for variable, value in zip(self.network.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)

    @staticmethod
    def _length(frames: LogMelFrames) -> int:
        return 62 if np.median(np.diff(frames.starts)) < 93 else 124

    def _crops(self, frames: LogMelFrames, chosen: npt.NDArray[np.intp], length: int) -> Floats:
        counts = np.diff(frames.starts)[chosen]
        begins = self._generator.integers(0, np.maximum(counts - length, 0) + 1)
        rows = (begins[:, None] + np.arange(length)) % counts[:, None]
        return frames.values[frames.starts[chosen][:, None] + rows][..., None]

    def _crops_of(self, train: LabelledClips) -> int:
        return self.settings.crops if max(map(len, train.clips)) > 16000 else 1

    def _average(self, frames: LogMelFrames, chosen: npt.NDArray[np.intp]) -> Floats:
        """Return the mean logits of evenly spaced windows of each clip."""
        length = self._length(frames)
        counts = np.diff(frames.starts)[chosen]
        # Windows that would be all but the same are asked once.
        many = np.clip(1 + (counts - length) // 12, 1, self.settings.crops)
        owner = np.repeat(np.arange(len(chosen)), many)
        place = np.concatenate([np.linspace(0, 1, number) if number > 1 else [0.5] for number in many])
        begins = (place * np.maximum(counts[owner] - length, 0)).astype(np.intp)
        total = np.zeros((len(chosen), self.network.output_shape[1]), np.float32)
        size = 2 * self._batch
        for first in range(0, len(owner), size):
            part = slice(first, first + size)
            rows = (begins[part, None] + np.arange(length)) % counts[owner[part], None]
            images = frames.values[frames.starts[chosen[owner[part]]][:, None] + rows][..., None]
            np.add.at(total, owner[part], self._forward(images))
        return total / many[:, None]

    def _forward(self, images: Floats) -> Floats:
        size = 2 * self._batch
        full = np.zeros((size, *images.shape[1:]), np.float32)
        full[: len(images)] = images
        with self._costs.measure("forward", size):
            return self.network.predict_on_batch(full)[: len(images)]
