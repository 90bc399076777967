"""Networks on several features, and the fusion of what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from autospeech.augment.text_form import NONE, of_domain
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.fusion import WEIGHTINGS, find_fusion, weighted_average
from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.feature_source import FeatureSource
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.rung import Rung, Scores
from autospeech.learners.task import Task

Floats = npt.NDArray[np.float32]

NAME = "features"
# Far below what any answer says of a class, and still a number in single precision.
_LEAST = 1e-30


class FeatureEnsemble(Rung):
    """Train a network for each of several features and fuse their answers.

    One call of `learn` holds out one fold and trains the networks of all features without it. Its members are the
    networks of each feature, and all of them fused.

    Args:
        settings: Which features, networks and fusion.
        gain: See `Rung`.
        seed: Seeds everything.

    Raises:
        ValueError: The settings name no RANN.

    References:
        Verbitskiy, Berikov, Vyshegorodtsev (2021), for the features and their fusion.
    """

    def __init__(self, settings: FeatureEnsembleSettings, gain: float, seed: int = 0) -> None:
        self.name = NAME
        self.gain = gain
        self.settings = settings
        texts = (settings.networks.augment, *settings.networks.portfolio)
        images: dict[str, Any] = {
            "sample_rate": settings.sample_rate,
            "images": settings.images,
            # Where waveforms are left alone, images that are computed once are faster.
            "from_waveforms": any(of_domain(text, "waveform") != NONE for text in texts),
        }
        self.parts = [
            self._part(FeatureSource(feature, settings.network, seed, **images), gain, seed)
            for feature in settings.features
        ]
        self._judged: dict[str, Floats] = {}
        self._weights: npt.NDArray[np.float64] | None = None
        self._multi_label = False
        self._rounds = 0
        self._test_clips = 0

    def _part(self, source: FeatureSource, gain: float, seed: int) -> FoldNetworks:
        """Return the networks on one feature. Of the portfolio mixup alone suits a learnt one, which has no choice."""
        networks = replace(self.settings.networks, portfolio=()) if source.learnt else self.settings.networks
        return FoldNetworks(source, gain, networks, seed)

    @property
    def rounds_left(self) -> bool:
        """Whether there are folds to be held out."""
        return self._rounds < self.settings.most_folds and self.parts[0].rounds_left

    def warm_up(self, task: Task) -> None:
        """Build, trace and rehearse all networks."""
        for part in self.parts:
            part.warm_up(task)

    def begin(self, budget: float) -> None:
        """Tell the whole budget, by which the share of one network is meant."""
        for part in self.parts:
            part.begin(budget)

    def cost(self, train: LabelledClips, test_clips: int) -> float:
        """Return the seconds of one more network for each feature, and of their answer."""
        self._test_clips = test_clips
        return sum(part.cost(train, test_clips) for part in self.parts)

    def learn(self, train: LabelledClips, folds: npt.NDArray[np.intp], deadline: Clock) -> Scores:
        """Train the networks of the next fold; see `Rung`.

        Where the time is over before the last feature's turn, nothing is told of this fold; another call goes on.
        """
        fold = next(number for number in np.unique(folds) if not all(part.knows(number) for part in self.parts))
        to_come = [part for part in self.parts if not part.knows(fold)]
        while to_come:
            part = to_come.pop(0)
            others = sum(other.cost(train, self._test_clips) for other in to_come)
            learnt = part.learn_without(fold, train, folds, deadline.reserve(others))
            if not learnt:
                return {}
            self._judged.update(learnt)
        self._rounds += 1
        self._multi_label = train.is_multilabel
        judged = {part.source.name: self._judged[part.source.name] for part in self.parts}
        seen = ~np.isnan([*judged.values()]).any(axis=(0, 2))
        probabilities = self._probabilities([logits[seen] for logits in judged.values()])
        if self.settings.weights in WEIGHTINGS:
            choose = WEIGHTINGS[self.settings.weights]
            self._weights = choose(probabilities, train.labels[seen], self._multi_label)
        fused = np.full(train.labels.shape, np.nan, np.float32)
        fused[seen] = self._fused(probabilities)
        return {**judged, NAME: fused}

    def scores(self, members: Sequence[str], clips: Sequence[Floats], deadline: Clock) -> Scores:
        """Return the logits of clips by some of the features, or by all of them fused."""
        wanted = [part for part in self.parts if NAME in members or part.source.name in members]
        answers: dict[str, Floats] = {}
        for part in wanted:
            answers.update(part.scores([part.source.name], clips, deadline))
        if NAME in members:
            answers[NAME] = self._fused(self._probabilities([answers[part.source.name] for part in self.parts]))
        return {name: answers[name] for name in members}

    def decided(self) -> dict[str, Any]:
        """Return the fusion that answers, its weights where they were chosen, and how each network was trained."""
        names = [part.source.name for part in self.parts]
        decided: dict[str, Any] = {"fusion": self._rule}
        if self._weights is not None:
            decided["fusion_weights"] = dict(zip(names, self._weights, strict=True))
        # With the scores of those that were tried, where a choice was made.
        told = [{"augmentation": part.augmentation, **part.decided()} for part in self.parts]
        return {**decided, "augmentations": dict(zip(names, told, strict=True))}

    @property
    def _rule(self) -> str:
        """The fusion that answers: several labels of a clip are no masses of one evidence, and are averaged."""
        return "weighted_average" if self._multi_label else self.settings.fusion

    def _probabilities(self, logits: Sequence[Floats]) -> npt.NDArray[np.float64]:
        stacked = np.stack(logits).astype(np.float64)
        return special.expit(stacked) if self._multi_label else special.softmax(stacked, axis=-1)

    def _fused(self, probabilities: npt.NDArray[np.float64]) -> Floats:
        """Return logits of the fused probabilities."""
        if self._rule == "weighted_average":
            fused = weighted_average(probabilities, self._weights)
        else:
            fused = find_fusion(self._rule)(probabilities)
        if self._multi_label:
            return special.logit(np.clip(fused, 1e-7, 1 - 1e-7)).astype(np.float32)
        return np.log(np.maximum(fused, _LEAST)).astype(np.float32)
