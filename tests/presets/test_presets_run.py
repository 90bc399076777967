"""Every preset of a published method learns from a few clips for an epoch and answers."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.feature_source import FeatureSource
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.task import Task
from autospeech.presets import find_preset
from autospeech.presets.rann import PUBLISHED
from autospeech.schedule.build_schedule import build_schedule
from autospeech.schedule.ladder import Ladder
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings
from autospeech.training.validation_score import ValidationScore

RNG = np.random.default_rng(0)
CLIPS = [(0.1 * RNG.normal(size=9000)).astype("float32") for _ in range(16)]
TRAIN = LabelledClips(CLIPS, np.eye(2, dtype="float32")[np.arange(16) % 2])


def brief(settings: RoundsSettings | LadderSettings) -> RoundsSettings | LadderSettings:
    """Return the settings with an epoch of small batches for each network."""

    def epoch(networks: FoldNetworksSettings) -> FoldNetworksSettings:
        return replace(networks, epochs_untimed=1, batch=4)

    if isinstance(settings, RoundsSettings):
        return replace(settings, network=replace(settings.network, epochs_a_round=1, batch=4))
    networks, features = settings.networks, settings.features
    return replace(
        settings,
        networks=None if networks is None else epoch(networks),
        features=None if features is None else replace(features, networks=epoch(features.networks), most_folds=1),
    )


@pytest.mark.parametrize(
    "name",
    ["kon", "m5", *(pytest.param(name, marks=pytest.mark.slow) for name in ("features", "features-alone", "rann"))],
)
def test_an_epoch(name: str, caplog: pytest.LogCaptureFixture) -> None:
    schedule = build_schedule(brief(find_preset(name).schedule))
    with caplog.at_level(logging.ERROR, "autospeech"):
        schedule.warm_up(Task(2, 3))
        for _ in range(40 if isinstance(schedule, Ladder) else 1):
            if not schedule.done:
                score = schedule.improve(TRAIN, Clock.standing())
    assert not caplog.records, caplog.text
    assert isinstance(score, ValidationScore)
    answer = schedule.answer(CLIPS[:3], Clock.standing())
    assert answer.shape == (3, 2) and np.isfinite(answer).all()
    if isinstance(schedule, Ladder):
        learnt = {told["rung"] for told in schedule.trace.decisions if told["decision"] == "learnt"}
        assert "features" in learnt


@pytest.mark.slow
def test_a_step_of_rann_as_published() -> None:
    settings = replace(PUBLISHED.networks, batch=1, epochs_untimed=1)
    source = FeatureSource(
        "log_mel", PUBLISHED.network, sample_rate=PUBLISHED.sample_rate, images=PUBLISHED.images, from_waveforms=True
    )
    networks = FoldNetworks(source, 0.5, settings)
    networks.warm_up(Task(2, 3))
    assert networks.network.count_params() > 54_000_000
    few = TRAIN.subset(np.arange(4))
    judged = networks.learn(few, np.arange(4) // 2, Clock.standing())["log_mel network"]
    assert np.isfinite(judged[:2]).all() and np.isnan(judged[2:]).all()
