"""A network on log-mel images, trained with mixup, crops and cutout, checkpointed on validation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy import special

from autospeech.augment.compose import Compose
from autospeech.augment.random_crop import RandomCrop
from autospeech.augment.text_form import parse_image_augmentations, without
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.augmentation_search import search_augmentation, shares_of
from autospeech.learners.base import Learner
from autospeech.learners.image_maker import ImageMaker
from autospeech.learners.kept_sets import KeptSets
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.on_one_device import on_one_device
from autospeech.learners.task import Task
from autospeech.networks.kon_cnn import HEAD, kon_cnn
from autospeech.training.best_weights import BestWeights
from autospeech.training.label_loss import LabelLoss
from autospeech.training.mixed_batches import mixed_batches
from autospeech.training.network_state import NetworkState
from autospeech.training.validation_score import ValidationScore
from autospeech.weights import weights_path

FORWARD_BATCH = 50
# Sets of clips whose images are kept, the last used: to train, to validate and to test.
KEPT_SETS = 3
# Of each candidate in the first round of a choice of the augmentation: fewer tell nothing.
_LEAST_STEPS = 10
# Crops a clip by which those that are tried are judged, the same for all.
_TRIED_CROPS = 4


class NetworkLearner(Learner):
    """Train Kon's network in rounds of epochs and answer with the weights that did best on the validation clips.

    Args:
        settings: How it sees, trains and answers.

    Example:
        >>> from autospeech.learners.task import Task
        >>> learner = NetworkLearner(NetworkSettings(seconds=2.5, crops=1, warm_start=None))
        >>> learner.warm_up(Task(classes=2))
        >>> noise = list(np.random.default_rng(0).normal(size=(4, 16000)).astype("float32"))
        >>> clips = LabelledClips(noise, np.eye(2, dtype="float32")[[0, 1, 0, 1]])
        >>> score = learner.fit(clips, clips, Clock())
        >>> learner.predict_proba(noise, Clock()).shape
        (4, 2)

    References:
        Kon (NS Solutions), AutoSpeech 2019, third place, NeurIPS 2019 AutoDL workshop.
    """

    def __init__(self, settings: NetworkSettings) -> None:
        self.settings = settings
        self._crop = RandomCrop(settings.crop_frames)
        self._augment = settings.augment
        self._augmentations = {
            text: self._read(text) for text in dict.fromkeys((settings.augment, *settings.portfolio))
        }
        self._multi_label = False
        self._made: KeptSets[np.ndarray] = KeptSets(KEPT_SETS)

    def warm_up(self, task: Task) -> None:
        """Build the network, load its first weights, and rehearse each step, to trace it and to learn its cost.

        Raises:
            ValueError: The clips are at another sample rate than the settings'.
        """
        settings = self.settings
        if task.sample_rate != settings.sample_rate:
            raise ValueError(
                f"the clips are at {task.sample_rate} Hz, and this network takes {settings.sample_rate} Hz; resample "
                "them"
            )
        self._classes = task.classes
        self._generator = np.random.default_rng(settings.seed)
        self._seeds = keras.random.SeedGenerator(settings.seed)
        self._maker = ImageMaker(settings)
        _, bins, channels = self._maker.image_shape
        self.network = kon_cnn((settings.crop_frames, bins, channels), task.classes, seed=settings.seed)
        self._loss = LabelLoss()
        rate = keras.optimizers.schedules.InverseTimeDecay(settings.learning_rate, 1, settings.decay)
        optimizer = on_one_device(keras.optimizers.SGD(rate, momentum=settings.momentum))
        self.network.compile(optimizer, self._loss, jit_compile=False)
        self.network.optimizer.build(self.network.trainable_variables)
        if settings.warm_start is not None:
            self._body().load_weights(weights_path(settings.warm_start))
        self._best = BestWeights(self.network)
        # Twice, since the first pass traces and only the second tells what a step costs.
        for _ in range(2):
            self._costs = Clock()
            self._rehearse()

    def save_body(self, path: Path) -> None:
        """Save what a warm start brings over: the best weights of all layers but the last, as `.weights.h5`."""
        self._best.swap()
        self._body().save_weights(path)
        self._best.swap()

    def fit(self, train: LabelledClips, valid: LabelledClips, deadline: Clock) -> ValidationScore | None:
        """Train a round of epochs and validate; stop early when a further step and the validation would not fit.

        Where not even the images of the clips and a step fit, the network stays as it is and the answer is None.
        """
        # A validation in a hurry takes fewer crops rather than the time to learn.
        validation = min(self._cost_of_crops(len(valid), self.settings.valid_crops), deadline.left() / 4)
        multi_label = train.is_multilabel or valid.is_multilabel
        if multi_label != self._multi_label:
            self._multi_label = multi_label
            self._loss.set_multi_label(multi_label)
        images_to_come = sum(self._cost_of_images(len(part)) for part in (train, valid) if part.clips not in self._made)
        if not deadline.fits(images_to_come + self._costs.cost("train step") + validation):
            return None
        judged = self._images(valid.clips, Clock())
        epoch = max(1, len(train) // self.settings.batch)
        if not self._train(train, deadline.reserve(validation), self.settings.epochs_a_round * epoch):
            return None
        answer = self._average_crops(judged, len(valid), self.settings.valid_crops, self._seeds, deadline)
        return self._best.update(ValidationScore.of(valid.labels, answer))

    def choose_augmentation(
        self, train: LabelledClips, valid: LabelledClips, seconds: float, deadline: Clock
    ) -> dict[str, Any] | None:
        """Try the portfolio from the present state and go on from the best that was reached; see `Learner`.

        Nothing is tried where the first candidates would get fewer than ten steps, or where the trials would take more
        than half of the time that is left.
        """
        if len(self._augmentations) < 2:
            return None
        if math.isinf(seconds):
            return {"augmentation": self._augment, "tried": "none, as the budget has no end"}
        rounds = shares_of(len(self._augmentations))
        judging = self._cost_of_crops(len(valid), _TRIED_CROPS)
        enough = rounds[0][1] * seconds >= _LEAST_STEPS * self._costs.cost("train step")
        if not enough or not deadline.fits(2 * (seconds + sum(many for many, _ in rounds) * judging)):
            return {"augmentation": self._augment, "tried": "none, for want of time"}
        judged = self._images(valid.clips, Clock())
        trunk, began = NetworkState.of(self.network), deadline.left()
        reached: dict[str, NetworkState] = {}

        def go_on(text: str, state: NetworkState | None, seconds: float) -> tuple[NetworkState, ValidationScore] | None:
            if not deadline.fits(seconds + judging):
                return None
            self._augment = text
            (state or trunk).restore(self.network)
            self._train(train, deadline.reserve(deadline.left() - seconds))
            reached[text] = NetworkState.of(self.network)
            seeds = keras.random.SeedGenerator(self.settings.seed)
            answer = self._average_crops(judged, len(valid), _TRIED_CROPS, seeds, Clock())
            return reached[text], ValidationScore.of(valid.labels, answer)

        choice = search_augmentation([*self._augmentations], go_on, seconds)
        self._augment = choice.augmentation
        reached.get(choice.augmentation, trunk).restore(self.network)
        return {
            "augmentation": choice.augmentation,
            "tried": {text: 2 * score.auc - 1 for text, score in choice.scores.items()},
            "search_seconds": began - deadline.left(),
        }

    def predict_proba(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        """Average the probabilities of several crops a clip: all that the settings ask for, or as many as fit.

        Clips that are not reached in time get the mean of those that were.
        """
        self._best.swap()
        try:
            seeds = keras.random.SeedGenerator(self.settings.seed)
            return self._average_crops(self._images(clips, deadline), len(clips), self.settings.crops, seeds, deadline)
        finally:
            self._best.swap()

    def cost_to_predict(self, clips: int) -> float:
        """Return the expected seconds for so many new clips with all crops."""
        return self._cost_of_images(clips) + self._cost_of_crops(clips, self.settings.crops)

    def _cost_of_images(self, clips: int) -> float:
        return self._costs.cost("image batch", math.ceil(clips / self._maker.batch))

    def _cost_of_crops(self, clips: int, crops: int) -> float:
        return self._costs.cost("forward batch", crops * math.ceil(clips / FORWARD_BATCH))

    def _body(self) -> keras.Model:
        return keras.Model(self.network.input, self.network.get_layer(HEAD).input)

    def _read(self, text: str) -> Compose:
        """Return augmentations that begin with a crop; the network takes crops of its own length, whatever they say."""
        augmentation = parse_image_augmentations(without(text, {"random_crop"}))
        return Compose([RandomCrop(augmentation.needed(self.settings.crop_frames)), *augmentation.augmentations])

    def _rehearse(self) -> None:
        """Run each step on silence, and put weights and optimizer back."""
        fresh = NetworkState.of(self.network)
        batch = self.settings.batch
        silence = self._images_of([np.zeros(1, "float32")] * self._maker.batch, Clock())
        seen = np.resize(silence, (FORWARD_BATCH, *self._maker.image_shape))
        for augmentation in self._augmentations.values():
            clips = augmentation.clips_each * batch
            labels = np.eye(self._classes, dtype="float32")[np.zeros(clips, "int32")]
            self._step(np.resize(silence, (clips, *self._maker.image_shape)), labels, augmentation)
        self._average_crops(seen, FORWARD_BATCH, self.settings.crops, self._seeds, Clock())
        fresh.restore(self.network)

    def _images(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        """Return the images of clips, made once for each set; only the first few where time is short."""
        images = self._made.get(clips, lambda clips: self._images_of(clips, deadline))
        if len(images) < len(clips):
            self._made.forget(clips)
        return images

    def _images_of(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        parts: list[np.ndarray] = []
        for start in range(0, len(clips), self._maker.batch):
            part = clips[start : start + self._maker.batch]
            if parts and not deadline.fits(2 * self._costs.cost("image batch")):
                break
            with self._costs.measure("image batch"):
                parts.append(self._maker(part))
        return np.concatenate(parts)

    def _train(self, train: LabelledClips, deadline: Clock, most: int | None = None) -> int:
        """Train until the deadline or for so many steps; return how many there were."""
        images, augmentation = self._images(train.clips, Clock()), self._augmentations[self._augment]
        steps = 0
        # Mixtures are made of disjoint parts of a shuffled order; at its end it is shuffled anew.
        orders = (
            mixed_batches(len(train), self.settings.batch, self._generator, augmentation.clips_each)
            for _ in itertools.count()
        )
        for indices in itertools.islice(itertools.chain.from_iterable(orders), most):
            if not deadline.fits(self._costs.cost("train step")):
                break
            self._step(images[indices], train.labels[indices], augmentation)
            steps += 1
        return steps

    def _step(self, images: np.ndarray, labels: np.ndarray, augmentation: Compose) -> None:
        with self._costs.measure("train step"):
            self.network.train_on_batch(*augmentation(images, labels, self._seeds))

    def _average_crops(
        self, images: np.ndarray, clips: int, crops: int, seeds: keras.random.SeedGenerator, deadline: Clock
    ) -> np.ndarray:
        """Return probabilities `(clips, classes)` of the images of the first so many clips, the mean over crops."""
        total, seen = np.zeros((clips, self._classes)), np.zeros((clips, 1))
        for crop in range(crops):
            if crop and not deadline.fits(self._cost_of_crops(len(images), 1)):
                break
            cropped = np.asarray(self._crop(images, None, seeds)[0])
            for start in range(0, len(images), FORWARD_BATCH):
                if seen.any() and not deadline.fits(self._cost_of_crops(FORWARD_BATCH, 1)):
                    break
                part = slice(start, min(start + FORWARD_BATCH, len(images)))
                total[part] += self._forward(cropped[part])
                seen[part] += 1
        missed = seen[:, 0] == 0
        total[missed] = total.sum(axis=0) / seen.sum()
        return total / np.maximum(seen, 1)

    def _forward(self, images: np.ndarray) -> np.ndarray:
        """Return probabilities of a batch; it is filled up to the size that was traced."""
        with self._costs.measure("forward batch"):
            full = np.resize(images, (FORWARD_BATCH, *images.shape[1:]))
            logits = self.network.predict_on_batch(full)[: len(images)].astype("float64")
        return special.expit(logits) if self._multi_label else special.softmax(logits, axis=1)
