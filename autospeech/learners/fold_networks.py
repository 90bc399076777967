"""Networks, one for each fold that is held out."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from scipy import special

from autospeech.augment.base import Augmentation
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.augmentation_search import search_augmentation, shares_of
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.frame_source import FrameSource
from autospeech.learners.on_one_device import on_one_device
from autospeech.learners.rung import Rung, Scores
from autospeech.learners.task import Task
from autospeech.statistics.spread_windows import spread_windows
from autospeech.training.averaged_weights import averaged_weights
from autospeech.training.label_loss import LabelLoss
from autospeech.training.mixed_batches import mixed_batches
from autospeech.training.network_state import NetworkState
from autospeech.training.one_cycle import one_cycle
from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]
Frames = tuple[Floats, npt.NDArray[np.intp]]
_log = logging.getLogger("autospeech")

_SMALLEST_BATCH = 4
# Of each candidate in the first round of a choice: fewer tell nothing.
_LEAST_STEPS = 10
# How much of a training is behind it when augmentations are tried. What regularises looks bad at first; from a network
# that has learnt something, the next steps tell which one suits it (Tian et al., 2020), and these first steps are kept.
_TRUNK = 0.5
# Windows a clip by which those that are tried are judged.
_TRIED_CROPS = 2
# Of the whole budget, what a search and the network after it may take; of a network's time, what a search leaves at the
# least.
_MOST_SHARE, _LEFT = 0.5, 0.6


class FoldNetworks(Rung):
    """Train a network, each time without one fold, and judge each by the fold it never saw.

    One call of `learn` trains one network. The answer is the mean of the logits of all networks so far, over windows of
    each clip.

    Args:
        source: What the networks see, and what they start as.
        gain: See `Rung`.
        settings: How the networks are trained.
        seed: Seeds batches and augmentation.
    """

    name = "networks"

    def __init__(
        self,
        source: FrameSource,
        gain: float,
        settings: FoldNetworksSettings | None = None,
        seed: int = 0,
    ) -> None:
        self.gain = gain
        self.settings = settings or FoldNetworksSettings()
        self.source = source
        self._seed = seed
        self._costs = Clock()
        self._trained: dict[int, list[Any]] = {}
        self._judged: Floats | None = None
        self._multi_label = False
        self._folds = 4
        self._budget: float | None = None
        self._batch, self._on_cpu = self.settings.batch, False
        self._augment = self.settings.augment
        self._to_search = False
        self._decided: dict[str, Any] = {}
        # Of the training clips; others are asked about through windows of the same length.
        self.crop_frames = source.crops[0]

    @property
    def answering_weights(self) -> list[Any]:
        """The weights of each network so far, as `network.set_weights` takes them."""
        return [*self._trained.values()]

    @property
    def augmentation(self) -> str:
        """What networks are trained with from now on, without what does not suit the frames."""
        return self.source.suited(self._augment)

    @property
    def rounds_left(self) -> bool:
        """Whether there are folds without a network."""
        return len(self._trained) < self._folds

    def warm_up(self, task: Task) -> None:
        """Build the network and rehearse a step and an answer for every crop length."""
        import tensorflow as tf

        self._tf, self._exhausted = tf, tf.errors.ResourceExhaustedError
        settings = self.settings
        self._generator = np.random.default_rng(self._seed)
        self._seeds = keras.random.SeedGenerator(self._seed)
        self.source.clip_rate = task.sample_rate
        self.network = self.source.build(task)
        self._loss = LabelLoss(label_smoothing=settings.label_smoothing)
        optimizer = keras.optimizers.AdamW(
            settings.learning_rate,
            weight_decay=settings.weight_decay,
            use_ema=settings.ema_momentum > 0,
            ema_momentum=settings.ema_momentum,
        )
        self.network.compile(on_one_device(optimizer), self._loss, jit_compile=False)
        self.network.optimizer.build(self.network.trainable_variables)
        self._fresh = NetworkState.of(self.network)
        self._augmentations = {
            text: self.source.augmentation(text) for text in dict.fromkeys((settings.augment, *settings.portfolio))
        }
        # What a feature leaves out can make two of them one.
        different = {repr(self._augmentations[text]): text for text in reversed(settings.portfolio)}
        self._portfolio = [text for text in settings.portfolio if text in different.values()]
        self._to_search = len(self._portfolio) > 1
        for _ in range(2):
            self._costs = Clock()
            for augmentation in self._augmentations.values():
                clips = augmentation.clips_each * settings.batch
                labels = np.eye(task.classes, dtype=np.float32)[np.zeros(clips, np.intp)]
                for frames in self.source.crops:
                    shape = clips, augmentation.needed(frames), self.source.bins, 1
                    self._step(np.zeros(shape, np.float32), labels, augmentation)
                    self._forward(np.zeros((2 * settings.batch, frames, self.source.bins, 1), np.float32))
        self._restart()

    def cost(self, train: LabelledClips, test_clips: int) -> float:
        """Return the seconds of one more network and its answer."""
        counts = np.array([len(clip) for clip in train.clips]) / self.source.clip_rate * self.source.frames_a_second
        self.crop_frames = self._length(counts)
        windows = float(np.mean(self._windows(counts.astype(np.intp))))
        asked = test_clips * (len(self._trained) + 1) + len(train) / self._folds
        asking = self._costs.cost("forward") * windows * asked
        return sum(self._search_costs(train)) + self._slice(train) + asking + self.source.cost(train.clips, test_clips)

    def learn(self, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock) -> Scores:
        """Train the network of the next fold; see `Rung`."""
        fold = next(fold for fold in np.unique(folds) if not self.knows(fold))
        return self.learn_without(fold, train, folds, deadline)

    def knows(self, fold: int) -> bool:
        """Tell whether there is a network that did not learn from a fold."""
        return int(fold) in self._trained

    def learn_without(
        self, fold: int, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock
    ) -> dict[str, Floats]:
        """Train the network that does not learn from a fold, and judge it by that; see `Rung.learn`."""
        self._folds = len(np.unique(folds))
        frames = self.source.frames(train.clips)
        if self._judged is None:
            self._judged = np.full(train.labels.shape, np.nan, np.float32)
            self._multi_label = train.is_multilabel
            self._loss.set_multi_label(self._multi_label)
        held_out = np.flatnonzero(folds == fold)
        learnt = np.flatnonzero(folds != fold)
        counts = np.diff(frames[1])
        self.crop_frames = self._length(counts)
        windows = int(self._windows(counts[held_out]).sum())
        training = deadline.reserve(self._costs.cost("forward", windows))
        self._decided = {}
        while True:
            try:
                with self._device():
                    begun = self._choose_augmentation(frames, train, folds, learnt, training)
                    self._restart(begun)
                    seconds, part = self._slice(train), (0.0, 1.0)
                    if begun is not None:
                        seconds, part = (1 - _TRUNK) * seconds, (_TRUNK, 1.0)
                    if not self._train(frames, train.labels, learnt, training, seconds, part) and begun is None:
                        return {}
                    with averaged_weights(self.network):
                        self._judged[held_out] = self._average(frames, held_out)
                        self._trained[int(fold)] = NetworkState.of(self.network).weights
                return {self.source.name: self._judged.copy()}
            except self._exhausted as error:
                if not self._make_do():
                    raise
                _log.warning("too little device memory, going on with batches of %d: %s", self._batch, error.message)

    def scores(self, members: Sequence[str], clips: Sequence[Floats], deadline: Clock) -> Scores:
        """Return the mean logits of all networks."""
        total = np.zeros((len(clips), self.network.output_shape[1]), np.float32)
        if not len(clips):
            return {self.source.name: total}
        frames = self.source.frames(clips)
        for weights in self._trained.values():
            self.network.set_weights(weights)
            with self._device():
                total += self._average(frames, np.arange(len(clips)))
        total /= max(len(self._trained), 1)
        return {self.source.name: total}

    def _make_do(self) -> bool:
        """Halve the batch, or leave the device where it is small; tell whether there was anything to be done."""
        if self._batch > _SMALLEST_BATCH:
            self._batch //= 2
            return True
        left, self._on_cpu = not self._on_cpu, True
        return left

    def _device(self) -> Any:
        return self._tf.device("/CPU:0") if self._on_cpu else nullcontext()

    def decided(self) -> dict[str, Any]:
        """Return the choice of an augmentation, where one was made."""
        return self._decided

    def _search_costs(self, train: LabelledClips) -> tuple[float, float]:
        """Return the seconds of the trainings of a search, and of judging them; 0 where there will be none."""
        if not self._to_search or self._folds < 3:
            return 0.0, 0.0
        rounds = shares_of(len(self._portfolio))
        seconds = self.settings.search * self._slice(train)
        counts = np.array([len(clip) for clip in train.clips]) / self.source.clip_rate * self.source.frames_a_second
        windows = float(self._windows(counts.astype(np.intp), _TRIED_CROPS).sum()) / self._folds
        judging = sum(many for many, _ in rounds) * self._costs.cost("forward") * windows
        enough = rounds[0][1] * seconds >= _LEAST_STEPS * self._costs.cost("step")
        # A search is no use where it leaves little to train in.
        fits = self._budget is None or seconds + judging + self._slice(train) <= _MOST_SHARE * self._budget
        return (seconds, judging) if enough and fits else (0.0, 0.0)

    def _choose_augmentation(
        self,
        frames: Frames,
        train: LabelledClips,
        folds: npt.NDArray[np.intp],
        learnt: npt.NDArray[np.intp],
        deadline: Clock,
    ) -> NetworkState | None:
        """Try the portfolio on clips of one more fold, once, where the time allows it.

        Returns:
            The network that the tried ones went on from, half trained without that fold; None where none was tried.
        """
        if not self._to_search or deadline.stands:
            return None
        seconds, judging = self._search_costs(train)
        others = np.unique(folds[learnt])
        kept = _LEFT * self._slice(train)
        if not seconds or len(others) < 2 or not deadline.fits(seconds + judging + kept):
            self._decided = {"augmentation": self.augmentation, "tried": "none, for want of time or folds"}
            return None
        judged = folds[learnt] == others[0]
        tried, judges = learnt[~judged], learnt[judged]
        before = _TRUNK * min(self._slice(train), deadline.left() - seconds - judging)
        kept *= 1 - _TRUNK
        self._restart()
        self._train(frames, train.labels, tried, deadline, before, (0.0, _TRUNK))
        trunk = NetworkState.of(self.network)
        began = time.monotonic()

        def go_on(text: str, state: NetworkState | None, seconds: float) -> tuple[NetworkState, ValidationScore] | None:
            if not deadline.fits(seconds + kept):
                return None
            self._augment = text
            self._restart(state or trunk)
            self._train(frames, train.labels, tried, deadline, seconds, (_TRUNK, 1.0))
            reached = NetworkState.of(self.network)
            with averaged_weights(self.network):
                logits = self._average(frames, judges, _TRIED_CROPS).astype(np.float64)
            score = special.expit(logits) if self._multi_label else special.softmax(logits, axis=1)
            return reached, ValidationScore.of(train.labels[judges], score)

        chosen = self.settings.augment
        try:
            choice = search_augmentation(self._portfolio, go_on, seconds)
            chosen, self._to_search = choice.augmentation, False
        finally:
            self._augment = chosen
        spent = time.monotonic() - began
        self._decided = {
            "augmentation": self.augmentation,
            "tried": {self.source.suited(text): 2 * score.auc - 1 for text, score in choice.scores.items()},
            "search_seconds": spent,
        }
        _log.info("chose the augmentation %s in %.1f s", choice.augmentation, spent)
        return trunk

    def _slice(self, train: LabelledClips) -> float:
        """Return the seconds for one network."""
        parts = self._augmentations[self._augment].clips_each
        steps = self.settings.most_epochs * max(1, len(train) // (parts * self.settings.batch))
        longest = self._costs.cost("step") * steps
        share = max(self.settings.least_seconds, self.settings.share * (self._budget or 0.0))
        return min(longest, share)

    def begin(self, budget: float) -> None:
        """Tell the whole budget, by which the share of one network is meant."""
        self._budget = min(budget, 3600.0)

    def _train(
        self,
        frames: Frames,
        labels: Floats,
        learnt: npt.NDArray[np.intp],
        deadline: Clock,
        seconds: float,
        part: tuple[float, float] = (0.0, 1.0),
    ) -> int:
        """Train for a part of the cycle of the learning rate; return the number of steps."""
        first, last = part
        clock = Clock(min(seconds, deadline.left()))
        whole = clock.left()
        augmentation = self._augmentations[self._augment]
        steps, most = 0, math.inf
        if deadline.stands:
            clock = deadline
            most = self.settings.epochs_untimed * max(1, len(learnt) // (augmentation.clips_each * self._batch))
        while steps < most and clock.left() > self._costs.cost("step"):
            for indices in mixed_batches(len(learnt), self._batch, self._generator, augmentation.clips_each):
                done = steps / most if deadline.stands else 1 - clock.left() / whole
                if done >= 1 or not clock.fits(self._costs.cost("step")):
                    break
                rate = one_cycle(
                    first + (last - first) * done,
                    self.settings.warm_up,
                    self.settings.first_rate,
                    self.settings.last_rate,
                )
                self.network.optimizer.learning_rate.assign(self.settings.learning_rate * rate)
                chosen = learnt[indices]
                crops = self._crops(frames, chosen, augmentation.needed(self.crop_frames))
                self._step(crops, labels[chosen], augmentation)
                steps += 1
        return steps

    def _step(self, images: Floats, labels: Floats, augmentation: Augmentation) -> None:
        with self._costs.measure("step"):
            self.network.train_on_batch(*augmentation(images, labels, self._seeds))

    def _restart(self, state: NetworkState | None = None) -> None:
        """Go on from a state, or from the beginning."""
        (state or self._fresh).restore(self.network)

    def _length(self, counts: npt.NDArray[Any]) -> int:
        """Return how many frames a crop has, of clips with so many."""
        short, long = self.source.crops
        return short if np.median(counts) < (short + long) / 2 else long

    def _windows(self, counts: npt.NDArray[np.intp], most: int | None = None) -> npt.NDArray[np.intp]:
        """Return of how many windows the answer for each clip is the mean: as many as differ by a tenth of a crop."""
        step = max(1, self.source.crops[1] // 10)
        return np.clip(1 + (counts - self.crop_frames) // step, 1, most or self.settings.crops)

    def _crops(self, frames: Frames, chosen: npt.NDArray[np.intp], length: int) -> Floats:
        values, starts = frames
        counts = np.diff(starts)[chosen]
        begins = self._generator.integers(0, np.maximum(counts - length, 0) + 1)
        rows = (begins[:, None] + np.arange(length)) % counts[:, None]
        return values[starts[chosen][:, None] + rows][..., None]

    def _average(self, frames: Frames, chosen: npt.NDArray[np.intp], most: int | None = None) -> Floats:
        """Return the mean logits of evenly spaced windows of each clip."""
        values, starts = frames
        length = self.crop_frames
        counts = np.diff(starts)[chosen]
        many = self._windows(counts, most)
        owner, begins = spread_windows(counts, many, length)
        total = np.zeros((len(chosen), self.network.output_shape[1]), np.float32)
        size = 2 * self._batch
        for first in range(0, len(owner), size):
            part = slice(first, first + size)
            rows = (begins[part, None] + np.arange(length)) % counts[owner[part], None]
            images = values[starts[chosen[owner[part]]][:, None] + rows][..., None]
            np.add.at(total, owner[part], self._forward(images))
        total /= many[:, None]
        return total

    def _forward(self, images: Floats) -> Floats:
        size = 2 * self._batch
        full = np.zeros((size, *images.shape[1:]), np.float32)
        full[: len(images)] = images
        with self._costs.measure("forward", size):
            return self.network.predict_on_batch(self.source.inputs(full))[: len(images)]
