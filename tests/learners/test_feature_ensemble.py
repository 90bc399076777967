from __future__ import annotations

import copy
import time
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special
from tones import HIGH, TRAIN, tone

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.fusion import FUSIONS
from autospeech.learners.feature_ensemble import NAME, FeatureEnsemble
from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.task import Task
from autospeech.schedule.portfolio import PORTFOLIO
from autospeech.training.validation_score import ValidationScore

SETTINGS = FeatureEnsembleSettings(
    features=("log_mel", "mfcc"),
    network="rann-1x8-1-d10",
    networks=replace(
        FeatureEnsembleSettings().networks,
        batch=8,
        ema_momentum=0.8,
        least_seconds=5.0,
        share=0.0,
        crops=2,
        most_epochs=60,
    ),
    most_folds=2,
)


FOLDS = np.arange(40) // 2 % 4


@pytest.fixture(scope="module")
def warm() -> FeatureEnsemble:
    rung = FeatureEnsemble(SETTINGS, 0.1)
    rung.warm_up(Task(2, 6))
    rung.begin(30.0)
    return rung


@pytest.fixture
def rung(warm: FeatureEnsemble) -> FeatureEnsemble:
    """One that has learnt nothing yet; the traced networks are shared."""
    fresh = copy.copy(warm)
    fresh._judged, fresh._rounds = {}, 0
    fresh.parts = [copy.copy(part) for part in warm.parts]
    for part in fresh.parts:
        part._trained = {}
        part._restart()
    return fresh


def test_each_round_holds_out_a_fold_and_fuses_what_the_features_say(rung: FeatureEnsemble) -> None:
    assert rung.cost(TRAIN, 6) > 2
    first = rung.learn(TRAIN, FOLDS, Clock(120))
    assert [*first] == ["log_mel network", "mfcc network", NAME]
    for logits in first.values():
        np.testing.assert_array_equal(np.isnan(logits).any(axis=1), FOLDS != 0)
    seen = FOLDS == 0
    parts = [special.softmax(first[f"{name} network"][seen], axis=1) for name in SETTINGS.features]
    np.testing.assert_allclose(special.softmax(first[NAME][seen], axis=1), np.mean(parts, axis=0), atol=1e-5)
    assert rung.rounds_left
    second = rung.learn(TRAIN, FOLDS, Clock(120))
    np.testing.assert_array_equal(np.isnan(second[NAME]).any(axis=1), FOLDS > 1)
    assert not rung.rounds_left
    judged = FOLDS <= 1
    assert ValidationScore.of(TRAIN.labels[judged], special.softmax(second[NAME][judged], axis=1)).auc > 0.8
    asked = [tone(True), tone(False)]
    answers = rung.scores([NAME, "mfcc network"], asked, Clock())
    assert [*answers] == [NAME, "mfcc network"]
    assert answers[NAME].argmax(axis=1).tolist() == [1, 0]


def test_it_tells_which_fusion_answered_and_what_each_network_was_trained_with(rung: FeatureEnsemble) -> None:
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    rung.settings = replace(SETTINGS, fusion="improved_dempster_shafer")
    rung.learn(TRAIN, FOLDS, Clock(60))
    trained = {"augmentation": SETTINGS.networks.augment}
    told = {"log_mel network": trained, "mfcc network": trained}
    assert rung.decided() == {"fusion": "improved_dempster_shafer", "augmentations": told}
    rung.settings = replace(SETTINGS, weights="slsqp")
    rung.learn(TRAIN, FOLDS, Clock(60))
    weights = rung.decided()["fusion_weights"]
    assert [*weights] == [*told] and sum(weights.values()) == pytest.approx(1)
    assert rung.decided()["fusion"] == "weighted_average"


def test_several_labels_are_averaged_and_it_says_so(rung: FeatureEnsemble) -> None:
    rung.settings = replace(SETTINGS, fusion="dempster_shafer")
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    rung.learn(LabelledClips(TRAIN.clips, np.maximum(np.eye(2)[HIGH], [[0, 1]])), FOLDS, Clock(60))
    assert rung.decided()["fusion"] == "weighted_average"


def test_what_suits_a_feature_is_told_and_nothing_is_searched_for_a_learnt_one() -> None:
    networks = replace(SETTINGS.networks, augment=PORTFOLIO[0], portfolio=PORTFOLIO, search=2.0)
    ensemble = FeatureEnsemble(replace(SETTINGS, features=("log_mel", "wavegram"), networks=networks), 0.1)
    assert [part.settings.portfolio for part in ensemble.parts] == [PORTFOLIO, ()]
    told = ensemble.decided()["augmentations"]
    assert told["log_mel network"] == {"augmentation": PORTFOLIO[0]}
    assert told["wavegram network"] == {"augmentation": "mixup(alpha=0.3)"}
    assert all(not part.source._chunked for part in ensemble.parts[:1])


@pytest.mark.slow
def test_networks_learn_from_augmented_waveforms() -> None:
    settings = replace(
        SETTINGS,
        features=("log_mel",),
        networks=replace(
            SETTINGS.networks, augment="gaussian_noise,between_class,spec_augment", epochs_untimed=60, ema_momentum=0.5
        ),
    )
    ensemble = FeatureEnsemble(settings, 0.1)
    ensemble.warm_up(Task(2, 6))
    assert ensemble.parts[0].source.bins == 512
    judged = ensemble.learn(TRAIN, FOLDS, Clock.standing())[NAME]
    seen = FOLDS == 0
    np.testing.assert_array_equal(np.isnan(judged).any(axis=1), ~seen)
    assert ValidationScore.of(TRAIN.labels[seen], special.softmax(judged[seen], axis=1)).auc > 0.8
    answers = ensemble.scores([NAME], [tone(True), tone(False), tone(True, 50000)], Clock())[NAME]
    low, high, longer = (answers[:, 1] - answers[:, 0])[[1, 0, 2]]
    assert low < min(high, longer)
    assert ensemble.decided()["augmentations"]["log_mel network"]["augmentation"] == settings.networks.augment


def test_nothing_is_told_of_a_fold_for_which_time_ran_out_and_another_call_goes_on(
    rung: FeatureEnsemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rung.learn(TRAIN, FOLDS, Clock(0)) == {}
    first, second = rung.parts
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    with monkeypatch.context() as context:
        context.setattr(second, "learn_without", lambda *_: {})
        assert rung.learn(TRAIN, FOLDS, Clock(60)) == {}
    assert first.knows(0) and not second.knows(0)
    kept = first._trained[0]
    judged = rung.learn(TRAIN, FOLDS, Clock(60))
    assert first._trained[0] is kept and second.knows(0)
    assert np.isfinite(judged[NAME][FOLDS == 0]).all()


def test_time_is_kept_for_the_features_to_come(rung: FeatureEnsemble) -> None:
    begun = time.monotonic()
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=30.0, most_epochs=10_000)
    # Neither gets all of the 30 s that it would take.
    assert rung.learn(TRAIN, FOLDS, Clock(5)) == {}
    assert time.monotonic() - begun < 6.5


def test_the_averaged_weights_answer(rung: FeatureEnsemble, monkeypatch: pytest.MonkeyPatch) -> None:
    part, train = rung.parts[0], rung.parts[0]._train

    def trained(*arguments: Any) -> int:
        steps = train(*arguments)
        for average in part.network.optimizer._model_variables_moving_average:
            average.assign(np.full(average.shape, 0.25))
        return steps

    monkeypatch.setattr(part, "_train", trained)
    part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    judged = part.learn(TRAIN, FOLDS, Clock(60))
    kept = dict(zip((weight.path for weight in part.network.weights), part._trained[0], strict=True))
    for weight in part.network.trainable_variables:
        np.testing.assert_allclose(kept[weight.path], 0.25, atol=1e-5)
        assert np.abs(np.asarray(weight) - 0.25).max() > 0.1, "the network's own weights are not those that were kept"
    # With all weights alike, no class is more likely than another.
    np.testing.assert_allclose(np.ptp(next(iter(judged.values()))[FOLDS == 0], axis=1), 0, atol=1e-2)


@pytest.mark.parametrize(
    "choice", [*({"fusion": name} for name in FUSIONS), {"weights": "greedy"}, {"weights": "slsqp"}]
)
@pytest.mark.parametrize("several", [False, True])
def test_every_fusion_gives_an_answer(rung: FeatureEnsemble, choice: dict[str, str], several: bool) -> None:
    rung.settings = replace(SETTINGS, **choice)
    labels = np.maximum(np.eye(2)[HIGH], [[0, 1]]) if several else TRAIN.labels
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    judged = rung.learn(LabelledClips(TRAIN.clips, labels), FOLDS, Clock(60))
    assert np.isfinite(judged[NAME][FOLDS == 0]).all()
    assert np.isfinite(rung.scores([NAME], TRAIN.clips[:3], Clock())[NAME]).all()


@pytest.mark.parametrize(
    "clips",
    [
        [np.zeros(8000, "float32")] * 8,
        [np.ones(1, "float32"), np.zeros(0, "float32")] * 4,
        [tone(True, 300), tone(False, 200000)],
    ],
    ids=["silent", "one sample and none", "two clips"],
)
def test_odd_clips_get_an_answer(rung: FeatureEnsemble, clips: list[npt.NDArray[np.float32]]) -> None:
    for part in rung.parts:
        part.settings = replace(part.settings, least_seconds=2.0, most_epochs=2)
    folds = np.arange(len(clips)) // 2 % 2 if len(clips) > 2 else np.arange(2)
    judged = rung.learn(LabelledClips(clips, np.eye(2)[np.arange(len(clips)) % 2]), folds, Clock(60))
    assert np.isfinite(judged[NAME][folds == 0]).all()
    assert np.isfinite(rung.scores([NAME], clips[:1], Clock())[NAME]).all()
    assert rung.scores([NAME], [], Clock())[NAME].shape == (0, 2)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"features": ("mel",)}, "log_mel, mfcc"),
        ({"features": ()}, "a feature"),
        ({"fusion": "vote"}, "dempster_shafer"),
        ({"weights": "best"}, "greedy"),
        ({"fusion": "dempster_shafer", "weights": "greedy"}, "knows no weights"),
        ({"most_folds": 0}, "fold"),
        ({"images": "large"}, "small, published"),
        ({"images": "published"}, "no feature among the published images 'mfcc'"),
        ({"sample_rate": 0}, "sample_rate must be above 0 Hz"),
        ({"features": ("cqt", "cqt")}, "twice"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        FeatureEnsembleSettings(**settings)


def test_an_unknown_network_is_named() -> None:
    with pytest.raises(ValueError, match="rann-8x4-6"):
        FeatureEnsemble(replace(SETTINGS, network="resnet"), 0.1)
