from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from tones import HIGH, TRAIN, tone

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.clip_views import ClipViews
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.task import Task
from autospeech.training.validation_score import ValidationScore

SETTINGS = FoldNetworksSettings(batch=8, least_seconds=1.5, crops=2)


FOLDS = np.arange(40) // 2 % 2


@pytest.fixture(scope="module")
def warm() -> FoldNetworks:
    rung = FoldNetworks(EncoderSource(ClipViews(), SETTINGS), 0.1, SETTINGS)
    rung.warm_up(Task(2, 6))
    rung.begin(30.0)
    return rung


@pytest.fixture
def rung(warm: FoldNetworks) -> FoldNetworks:
    """One that has learnt nothing yet; the traced network is shared."""
    fresh = copy.copy(warm)
    fresh._trained = {}
    fresh._restart()
    return fresh


def test_each_round_trains_without_one_fold_and_judges_it(rung: FoldNetworks) -> None:
    assert rung.cost(TRAIN, 6) > 0
    first = rung.learn(TRAIN, FOLDS, Clock(60))[EncoderSource.name].copy()
    assert rung.rounds_left
    np.testing.assert_array_equal(np.isnan(first).any(axis=1), FOLDS == 1)
    both = rung.learn(TRAIN, FOLDS, Clock(60))[EncoderSource.name]
    assert not rung.rounds_left
    np.testing.assert_array_equal(both[FOLDS == 0], first[FOLDS == 0])
    assert ValidationScore.of(TRAIN.labels, tf.nn.softmax(both).numpy()).auc > 0.9
    asked = [tone(True), tone(False, 3000), tone(True, 50000), tone(False, 10)]
    answer = rung.scores([EncoderSource.name], asked, Clock())[EncoderSource.name]
    assert answer.shape == (4, 2)
    assert (answer[:3].argmax(axis=1) == [1, 0, 1]).all()


def test_the_next_fold_begins_from_the_encoder_again(rung: FoldNetworks) -> None:
    fresh = rung.network.get_weights()
    rung.learn(TRAIN, FOLDS, Clock(60))
    trained = rung.network.get_weights()
    assert any(np.abs(after - before).max() > 1e-4 for before, after in zip(fresh, trained, strict=True))
    rung._restart()
    for before, after in zip(fresh, rung.network.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert all(np.all(np.asarray(variable) == 0) for variable in rung.network.optimizer.variables[2:])


def test_nothing_is_learnt_when_time_is_over(rung: FoldNetworks) -> None:
    assert rung.learn(TRAIN, FOLDS, Clock(0)) == {}
    assert rung.learn(TRAIN, FOLDS, Clock(-5)) == {}


@pytest.mark.parametrize("fails_above", [3, -1])
def test_too_little_device_memory_means_smaller_batches_and_then_the_cpu(
    rung: FoldNetworks, fails_above: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, devices = rung._step, []

    def exhausted(images: Any, labels: Any, augmentation: Any) -> None:
        devices.append(rung._on_cpu)
        if len(images) > 2 * fails_above and not rung._on_cpu:
            raise tf.errors.ResourceExhaustedError(None, None, "out of memory")
        step(images, labels, augmentation)

    monkeypatch.setattr(rung, "_step", exhausted)
    judged = rung.learn(TRAIN, FOLDS, Clock(60))[EncoderSource.name]
    assert np.isfinite(judged[FOLDS == 0]).all()
    assert rung._batch == 4
    assert devices[-1]


def test_without_any_memory_it_fails_for_the_ladder_to_see(rung: FoldNetworks, monkeypatch: pytest.MonkeyPatch) -> None:

    def exhausted(*batch: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    monkeypatch.setattr(rung, "_step", exhausted)
    with pytest.raises(tf.errors.ResourceExhaustedError):
        rung.learn(TRAIN, FOLDS, Clock(60))


@pytest.mark.parametrize("labels", [np.maximum(np.eye(2)[HIGH], [[0, 1]]), np.zeros((40, 2)), np.ones((40, 2))])
def test_several_labels_or_none(rung: FoldNetworks, labels: npt.NDArray[np.float64]) -> None:
    judged = rung.learn(LabelledClips(TRAIN.clips, labels), FOLDS, Clock(60))[EncoderSource.name]
    assert np.isfinite(judged[FOLDS == 0]).all()


def test_two_clips(rung: FoldNetworks) -> None:
    few = LabelledClips([tone(True), tone(False)], np.eye(2)[[1, 0]])
    judged = rung.learn(few, np.arange(2), Clock(60))[EncoderSource.name]
    assert np.isfinite(judged[0]).all()


PORTFOLIO = ("none", "speed,mixup(alpha=0.3)", "specmix")


@pytest.fixture(scope="module")
def searching() -> FoldNetworks:
    settings = replace(SETTINGS, portfolio=PORTFOLIO, search=3.0, most_epochs=100_000)
    rung = FoldNetworks(EncoderSource(ClipViews(), settings), 0.1, settings)
    rung.warm_up(Task(2, 6))
    return rung


def test_an_augmentation_is_chosen_once_and_charged_for(searching: FoldNetworks) -> None:
    folds = np.arange(40) // 2 % 3
    rung = copy.copy(searching)
    rung._costs._costs["step"] = 0.001
    before = rung.cost(TRAIN, 6)
    clock = Clock(60)
    judged = rung.learn(TRAIN, folds, clock)[EncoderSource.name]
    decided = rung.decided()
    assert np.isfinite(judged[folds == 0]).all()
    assert decided["augmentation"] in PORTFOLIO
    assert set(decided["tried"]) == set(PORTFOLIO)
    assert all(-1 <= score <= 1 for score in decided["tried"].values())
    # Three times a network's 1.5 s, and the network itself.
    assert 3 < decided["search_seconds"] < 6.5
    assert clock.left() < 60 - 4
    assert before > rung.cost(TRAIN, 6) + 4
    rung.learn(TRAIN, folds, clock)
    assert rung.decided() == {}
    assert rung._augment == decided["augmentation"]


@pytest.mark.parametrize(("step_cost", "seconds"), [(0.5, 60.0), (0.001, 5.0)])
def test_no_augmentation_is_chosen_where_the_time_is_too_short(
    searching: FoldNetworks, step_cost: float, seconds: float
) -> None:
    rung = copy.copy(searching)
    rung._trained = {}
    rung._costs._costs["step"] = step_cost
    assert rung.learn(TRAIN, np.arange(40) // 2 % 3, Clock(seconds))
    assert rung.decided() == {"augmentation": SETTINGS.augment, "tried": "none, for want of time or folds"}
    assert rung._augment == SETTINGS.augment


def test_the_search_judges_by_clips_of_neither_the_fold_nor_its_training(
    searching: FoldNetworks, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung = copy.copy(searching)
    rung._trained = {}
    rung._costs._costs["step"] = 0.001
    folds = np.arange(40) // 2 % 3
    trained, judged = [], []
    train, average = rung._train, rung._average
    monkeypatch.setattr(rung, "_train", lambda *given: (trained.append(given[2]), train(*given))[1])
    monkeypatch.setattr(rung, "_average", lambda *given: (judged.append(given[1]), average(*given))[1])
    rung.learn(TRAIN, folds, Clock(60))
    # The half that all go on from, the three that are tried, the two that are left, and the network's own second half.
    assert len(trained) == 1 + 3 + 2 + 1 and len(judged) == 3 + 2 + 1
    for learnt, asked in zip(trained[:-1], [judged[0], *judged[:-1]], strict=True):
        assert not set(learnt) & set(asked)
        assert not {0} & set(folds[learnt]) and not {0} & set(folds[asked])
    np.testing.assert_array_equal(folds[trained[-1]] != 0, True)


def test_augmentations_of_waveforms_are_refused() -> None:
    with pytest.raises(ValueError, match="Gain changes waveforms"):
        EncoderSource(ClipViews(), SETTINGS).augmentation("gain,mixup")


@pytest.mark.parametrize(
    "wrong", [{"portfolio": ("none",)}, {"portfolio": ("none", "none")}, {"search": 0.0}, {"warm_up": 1.0}]
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"portfolio|search is|warm_up is"):
        FoldNetworksSettings(**wrong)
