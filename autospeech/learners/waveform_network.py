"""A network on waveforms, or on images that it makes of them itself."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops
from scipy import special

from autospeech import features
from autospeech.audio.change_rate import change_rate
from autospeech.audio.waveform import as_waveform
from autospeech.augment.between_class import BetweenClass
from autospeech.augment.compose import Compose
from autospeech.augment.mixed import mixed_labels
from autospeech.augment.random_scale import RandomScale
from autospeech.augment.text_form import augmentations_at, parse_augmentations
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.features.standardize import Standardize
from autospeech.learners.base import Learner
from autospeech.learners.kept_sets import KeptSets
from autospeech.learners.on_one_device import on_one_device
from autospeech.learners.sections import Sections
from autospeech.learners.task import Task
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.networks import build_network
from autospeech.networks.speechmix import SpeechMix
from autospeech.plots.epoch_record import EpochRecord
from autospeech.training.best_weights import BestWeights
from autospeech.training.different_pairs import DifferentPairs
from autospeech.training.l2_adam import L2Adam
from autospeech.training.l2_sgd import L2SGD
from autospeech.training.label_loss import LabelLoss
from autospeech.training.mixed_batches import mixed_batches
from autospeech.training.network_state import NetworkState
from autospeech.training.validation_score import ValidationScore

Floats = npt.NDArray[np.float32]

# Of noises, and of clips before the task tells theirs.
SAMPLE_RATE = 16000
FORWARD_BATCH = 50
# Sets of clips that are kept at the network's sample rate, the last used: to train, to validate and to test.
KEPT_SETS = 3
# Of the batch normalisations: few clips make few steps, and the statistics must follow them.
_MOMENTUM = 0.9


class WaveformNetwork(Learner):
    """Train a network on random sections of waveforms, and answer with the weights that did best on validation clips.

    Sound is augmented, turned into images where the settings name a feature, and these are augmented, all in one traced
    step.

    Args:
        settings: How it hears, trains and answers.
        noises: Waveforms at 16 kHz for the augmentation `background_noise`.

    Attributes:
        history: A record of each round.
        step_losses: Of each step.

    Raises:
        ValueError: An augmentation or the feature is unknown.

    Example:
        >>> learner = WaveformNetwork(WaveformNetworkSettings(network="m5-32", batch=4))
        >>> learner.warm_up(Task(classes=2))
        >>> noise = list(np.random.default_rng(0).normal(size=(4, 16000)).astype("float32"))
        >>> clips = LabelledClips(noise, np.eye(2, dtype="float32")[[0, 1, 0, 1]])
        >>> score = learner.fit(clips, clips, Clock())
        >>> learner.predict_proba(noise, Clock()).shape, len(learner.history)
        ((4, 2), 1)

    References:
        Dai, Dai, Qu, Li, Das (2016): Very deep convolutional neural networks for raw waveforms.
        Tokozume, Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition.
        Jindal et al. (INTERSPEECH 2020): SpeechMix.
    """

    def __init__(self, settings: WaveformNetworkSettings, noises: Sequence[Floats] = ()) -> None:
        self.settings = settings
        self._rate = SAMPLE_RATE
        self._samples = round(settings.seconds * settings.sample_rate)
        given = augmentations_at(settings.sample_rate)
        if noises:
            given["background_noise"] = {"noises": [self._resampled(noise) for noise in noises]}
        self._feature = None
        if settings.feature is not None:
            self._feature = features.get(
                settings.feature, sample_rate=settings.sample_rate, **settings.feature_settings
            )
        self._waveforms, self._images = parse_augmentations(settings.augment, given)
        # Scaled sections would end in silence, so whole clips are scaled, before sections are cut from them.
        self._scales = [each for each in self._waveforms.augmentations if isinstance(each, RandomScale)]
        self._waveforms = Compose([each for each in self._waveforms.augmentations if not isinstance(each, RandomScale)])
        self._between_classes = bool(settings.mix_at) or any(
            isinstance(each, BetweenClass) for each in self._waveforms.augmentations
        )
        if self._images.augmentations and self._feature is None:
            raise ValueError(
                f"{settings.augment!r} changes images, of which a network on waveforms has none; leave that out or "
                "name a feature"
            )
        shape = (1, *self._input_shape())
        if self._images.shape_after(shape)[1:] != shape[1:]:
            raise ValueError(
                f"{settings.augment!r} changes how long images are, and this network takes one length; leave out "
                "random_crop and speed"
            )
        self.history: list[EpochRecord] = []
        self.step_losses: list[float] = []
        self._multi_label = False
        self._began: float | None = None
        self._budget = math.inf
        self._epochs = 0
        # Of the clips that were seen last; before that the worst is believed.
        self._sections_each, self._samples_each = float(settings.crops), settings.seconds * SAMPLE_RATE
        self._made: KeptSets[Sections] = KeptSets(KEPT_SETS)

    @property
    def clips_each(self) -> int:
        """How many clips go into one that the network learns from."""
        return self._waveforms.clips_each * self._images.clips_each * (2 if self.settings.mix_at else 1)

    def warm_up(self, task: Task) -> None:
        """Build the network and rehearse each step, to trace it and to learn its cost."""
        import tensorflow as tf

        settings = self.settings
        self._classes, self._rate = task.classes, task.sample_rate
        self._generator = np.random.default_rng(settings.seed)
        self._seeds = keras.random.SeedGenerator(settings.seed)
        self._standardize = Standardize()
        self.network = build_network(settings.network, task.classes, self._input_shape(), seed=settings.seed)
        for layer in self.network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.momentum = _MOMENTUM
        self._loss = LabelLoss(divergence=True)
        self.network.compile(self._optimizer(), self._loss, jit_compile=False)
        self.network.optimizer.build(self.network.trainable_variables)
        self._speechmix = None
        if settings.mix_at:
            self._speechmix = SpeechMix(
                self.network, settings.mix_at, gain=settings.mix_gain, sample_rate=settings.sample_rate
            )
        self._prepare = tf.function(self._prepared)
        self._forward = tf.function(self._logits)
        self._best = BestWeights(self.network)
        # Twice, since the first pass traces and only the second tells what a step costs.
        for _ in range(2):
            self._costs = Clock()
            self._rehearse()

    def fit(self, train: LabelledClips, valid: LabelledClips, deadline: Clock) -> ValidationScore | None:
        """Train a round of epochs and validate; stop early when a further step and the validation would not fit.

        Where not even a step fits, the network stays as it is and the answer is None.
        """
        if self._began is None:
            self._began, self._budget = time.monotonic(), deadline.left()
        multi_label = train.is_multilabel or valid.is_multilabel
        if multi_label != self._multi_label:
            self._multi_label = multi_label
            self._loss.set_multi_label(multi_label)
        resampling = sum(self._cost_to_resample(part.clips) for part in (train, valid))
        validation = min(self.cost_to_predict(len(valid)), deadline.left() / 4)
        if not deadline.fits(resampling + self._costs.cost("step") + validation):
            return None
        learnt, judged = self._sections(train.clips), self._sections(valid.clips)
        losses: list[float] = []
        for epoch in range(self.settings.epochs_a_round):
            self._set_learning_rate(epoch / self.settings.epochs_a_round, deadline)
            for indices in self._batches(train.labels):
                if not deadline.fits(self._costs.cost("step") + validation):
                    break
                with self._costs.measure("step"):
                    waveforms = learnt.random(indices, self._generator, self._speeds(len(indices)))
                    losses.append(self._step(waveforms, train.labels[indices]))
            else:
                self._epochs += 1
        if not losses:
            return None
        self.step_losses += losses
        answer = self._average(judged, deadline)
        record = EpochRecord(
            self._epochs,
            time.monotonic() - self._began,
            float(np.mean(losses)),
            float(np.mean(_cross_entropy(valid.labels, answer, self._multi_label))),
            float(np.mean(answer.argmax(axis=1) == valid.labels.argmax(axis=1))),
        )
        self.history.append(record)
        return self._best.update(ValidationScore.of(valid.labels, answer))

    def predict_proba(self, clips: Sequence[np.ndarray], deadline: Clock) -> np.ndarray:
        """Average the probabilities of evenly spaced sections; of clips not reached in time, the mean of the others."""
        self._best.swap()
        try:
            return self._average(self._sections(clips), deadline)
        finally:
            self._best.swap()

    def current_proba(self, clips: Sequence[np.ndarray]) -> np.ndarray:
        """Answer as `predict_proba` does, but for the state after the last step."""
        return self._average(self._sections(clips), Clock())

    def cost_to_predict(self, clips: int) -> float:
        """Return the expected seconds for so many new clips with all sections, as long as those that were seen."""
        forward = self._costs.cost("forward", math.ceil(clips * self._sections_each / FORWARD_BATCH))
        return forward + self._costs.cost("resample", round(clips * self._samples_each))

    def _input_shape(self) -> tuple[int, ...]:
        if self._feature is None:
            return self._samples, 1
        shape: tuple[int, ...] = self._feature.compute_output_shape((1, self._samples, 1))[1:]
        return shape

    def _optimizer(self) -> keras.optimizers.Optimizer:
        settings = self.settings
        if settings.optimizer == "adam":
            return on_one_device(L2Adam(settings.learning_rate, l2=settings.weight_decay))
        return on_one_device(L2SGD(settings.learning_rate, settings.momentum, nesterov=True, l2=settings.weight_decay))

    def _set_learning_rate(self, share_of_round: float, deadline: Clock) -> None:
        settings = self.settings
        falls = self._epochs // settings.step_epochs
        if settings.drops:
            timed = math.isfinite(self._budget)
            done = 1 - deadline.left() / max(self._budget, 1e-9) if timed else share_of_round
            falls = sum(done >= share for share in settings.drops)
        self.network.optimizer.learning_rate.assign(settings.learning_rate * settings.step_factor**falls)

    def _batches(self, labels: Floats) -> Iterator[npt.NDArray[np.intp]]:
        """Yield the clips of each step of an epoch: first and second ones of pairs in halves of the batch."""
        if not self._between_classes:
            yield from mixed_batches(len(labels), self.settings.batch, self._generator, self.clips_each)
            return
        pairs = DifferentPairs(labels)
        for _ in range(max(1, len(labels) // self.settings.batch)):
            yield pairs.draw(self.clips_each * self.settings.batch // 2, self._generator)

    def _speeds(self, clips: int) -> npt.NDArray[np.float64] | None:
        """Draw how fast each clip is played; None where all are left as they are."""
        if not self._scales:
            return None
        return np.prod([np.asarray(scale.draw((clips,), self._seeds), np.float64) for scale in self._scales], axis=0)

    def _prepared(self, waveforms: Any, labels: Any) -> tuple[Any, Any, Any]:
        """Return what the network is trained on: its input, labels, and the ratios of SpeechMix."""
        waveforms, labels = self._waveforms(waveforms, labels, self._seeds)
        ratios = ops.zeros((0,))
        if self._speechmix is not None:
            ratios = keras.random.uniform((waveforms.shape[0] // 2,), seed=self._seeds)
            labels = mixed_labels(labels, ratios)
        seen, labels = self._images(self._seen(waveforms), labels, self._seeds)
        return seen, labels, ratios

    def _seen(self, waveforms: Any) -> Any:
        return waveforms if self._feature is None else self._standardize(self._feature(waveforms))

    def _logits(self, waveforms: Any) -> Any:
        return self.network(self._seen(waveforms), training=False)

    def _rehearse(self) -> None:
        """Run each step on silence, and put weights and optimizer back."""
        fresh = NetworkState.of(self.network)
        clips = self.clips_each * self.settings.batch
        labels = np.eye(self._classes, dtype=np.float32)[np.zeros(clips, np.intp)]
        silence = np.zeros((clips, self._samples), np.float32)
        for cut in self.settings.mix_at or (None,):
            with self._costs.measure("step"):
                self._step(silence, labels, cut)
        second = [np.zeros(self._rate, np.float32)]
        self._average(self._sections(second), Clock())
        self._made.forget(second)
        fresh.restore(self.network)

    def _step(self, waveforms: Floats, labels: Floats, cut: str | None = None) -> float:
        seen, labels, ratios = self._prepare(waveforms[..., None], labels)
        if self._speechmix is not None:
            cut = cut or self._speechmix.draw(self._generator)
            return self._speechmix.train_step(seen, labels, ratios, cut)
        # Or Keras would return the mean of all steps so far.
        self.network.reset_metrics()
        return float(self.network.train_on_batch(seen, labels, return_dict=True)["loss"])

    def _resampled(self, clip: Any) -> Floats:
        return change_rate(as_waveform(clip), self._rate, self.settings.sample_rate)

    def _cost_to_resample(self, clips: Sequence[Floats]) -> float:
        if clips in self._made:
            return 0.0
        return self._costs.cost("resample", sum(np.size(clip) for clip in clips))

    def _sections(self, clips: Sequence[Floats]) -> Sections:
        """Return clips at the network's sample rate, made once for each set."""
        return self._made.get(clips, self._cut)

    def _cut(self, clips: Sequence[Floats]) -> Sections:
        margin = round(self.settings.margin * self.settings.sample_rate)
        samples = sum(np.size(clip) for clip in clips)
        with self._costs.measure("resample", samples):
            sections = Sections([self._resampled(clip) for clip in clips], self._samples, margin)
        if len(clips):
            self._samples_each = samples / len(clips)
            self._sections_each = len(sections.spaced(self.settings.crops)[0]) / len(clips)
        return sections

    def _average(self, sections: Sections, deadline: Clock) -> np.ndarray:
        """Return probabilities `(clips, classes)`."""
        total, seen = np.zeros((len(sections), self._classes)), np.zeros((len(sections), 1))
        clips, begins = sections.spaced(self.settings.crops)
        for first in range(0, len(clips), FORWARD_BATCH):
            if first and not deadline.fits(self._costs.cost("forward")):
                break
            part = slice(first, first + FORWARD_BATCH)
            np.add.at(total, clips[part], self._probabilities(sections.cut(clips[part], begins[part])))
            np.add.at(seen, clips[part], 1)
        missed = seen[:, 0] == 0
        if missed.any():
            total[missed] = total.sum(axis=0) / max(seen.sum(), 1)
        return total / np.maximum(seen, 1)

    def _probabilities(self, waveforms: Floats) -> np.ndarray:
        """Return probabilities of a batch; it is filled up to the size that was traced."""
        with self._costs.measure("forward"):
            full = np.zeros((FORWARD_BATCH, self._samples, 1), np.float32)
            full[: len(waveforms), :, 0] = waveforms
            logits = self._forward(full).numpy()[: len(waveforms)].astype("float64")
        # Of a network that has diverged.
        logits = np.nan_to_num(logits, nan=0.0)
        return special.expit(logits) if self._multi_label else special.softmax(logits, axis=1)


def _cross_entropy(labels: Floats, probabilities: np.ndarray, multi_label: bool) -> np.ndarray:
    """Return the cross-entropy of each clip, `(clips,)`."""
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    if multi_label:
        return -np.where(labels > 0, np.log(clipped), np.log1p(-clipped)).mean(axis=1)
    return -(labels * np.log(clipped)).sum(axis=1)
