from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autospeech.augment.compose import Compose
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.network import NetworkLearner
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.task import Task
from autospeech.report.step import steps_of
from autospeech.schedule.trace import Trace
from autospeech.schedule.validated_rounds import ValidatedRounds

RNG = np.random.default_rng(0)


def tones(clips: int, classes: int) -> LabelledClips:
    """Make noisy tones whose pitch is the class."""
    which = np.arange(clips) % classes
    time = np.arange(16000) / 16000
    sounds = [np.sin(2 * np.pi * 300 * (1.5 + k) * time) + RNG.normal(scale=0.3, size=16000) for k in which]
    return LabelledClips([sound.astype("float32") for sound in sounds], np.eye(classes)[which])


@pytest.fixture(scope="module")
def learner() -> NetworkLearner:
    learner = NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None, crops=3))
    learner.warm_up(Task(3))
    return learner


def test_warming_up_leaves_no_trace(learner: NetworkLearner) -> None:
    fresh = NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None))
    fresh.warm_up(Task(3))
    for first, second in zip(learner.network.get_weights(), fresh.network.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)
    variance = next(v for v in learner.network.non_trainable_variables if v.name == "moving_variance")
    np.testing.assert_array_equal(variance, 1)
    assert int(learner.network.optimizer.iterations) == 0
    assert all(not np.any(momentum) for momentum in learner.network.optimizer.variables[2:])
    assert learner.cost_to_predict(100) > 0


def test_learns_and_answers_for_its_best_state(learner: NetworkLearner) -> None:
    train, valid, test = tones(90, 3), tones(15, 3), tones(30, 3)
    scores = [learner.fit(train, valid, Clock()) for _ in range(3)]
    assert scores == sorted(scores)
    assert scores[-1].auc > 0.95
    probabilities = learner.predict_proba(test.clips, Clock())
    assert (probabilities.argmax(axis=1) == test.labels.argmax(axis=1)).mean() > 0.8
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(learner.predict_proba(test.clips, Clock()), probabilities)


# A network of small images, so that many steps take little time.
SMALL = {"seconds": 1.0, "n_mels": 16, "crop_frames": 16, "warm_start": None}


@pytest.mark.parametrize("augment", ["mixup,cutout", "none"])
def test_an_epoch_has_as_many_steps_as_batches_of_clips(augment: str) -> None:
    small = NetworkLearner(NetworkSettings(**SMALL, augment=augment))
    small.warm_up(Task(2))
    noise = [RNG.normal(size=8000).astype("float32") for _ in range(320)]
    valid = tones(4, 2)
    # Five epochs; of fewer clips than a batch has, a step is an epoch.
    for clips, steps in ((320, 50), (64, 10), (63, 5), (32, 5), (3, 5), (1, 5)):
        before = int(small.network.optimizer.iterations)
        small.fit(LabelledClips(noise[:clips], np.eye(2)[np.arange(clips) % 2]), valid, Clock())
        assert int(small.network.optimizer.iterations) - before == steps, clips


def test_mixtures_come_from_clips_of_one_shuffled_order_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    small = NetworkLearner(NetworkSettings(**SMALL, batch=4, epochs_a_round=1))
    small.warm_up(Task(2))
    train = tones(24, 2)
    small.fit(train, tones(4, 2), Clock())
    images, seen, step = small._made.get(train.clips, len), [], small._step

    def noting(batch: np.ndarray, labels: np.ndarray, augmentation: Compose) -> None:
        seen.append([int(np.flatnonzero((images == image).all(axis=(1, 2, 3)))[0]) for image in batch])
        step(batch, labels, augmentation)

    monkeypatch.setattr(small, "_step", noting)
    small.fit(train, tones(4, 2), Clock())
    # Six steps of four mixtures of two clips: three for all clips once, then another order.
    assert [len(batch) for batch in seen] == [8] * 6
    for order in (seen[:3], seen[3:]):
        assert sorted(clip for batch in order for clip in batch) == list(range(24))
        assert not {clip for batch in order for clip in batch[:4]} & {clip for batch in order for clip in batch[4:]}
    assert seen[:3] != seen[3:]


@pytest.mark.parametrize(("valid_crops", "asked"), [(None, 1), (3, 3)])
def test_validation_is_by_one_crop_a_clip_unless_more_are_wanted(
    valid_crops: int | None, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {} if valid_crops is None else {"valid_crops": valid_crops}
    small = NetworkLearner(NetworkSettings(**SMALL, **wanted, crops=5, epochs_a_round=1))
    small.warm_up(Task(2))
    shown, forward = [], small._forward

    def noting(images: np.ndarray) -> np.ndarray:
        shown.append(images)
        return forward(images)

    monkeypatch.setattr(small, "_forward", noting)
    train, valid = tones(8, 2), tones(6, 2)
    for _ in range(2):
        small.fit(train, valid, Clock())
    assert [images.shape[:2] for images in shown] == [(6, 16)] * 2 * asked
    # Another crop each time.
    assert not np.array_equal(shown[0], shown[-1])
    shown.clear()
    small.predict_proba(valid.clips, Clock())
    assert len(shown) == 5


class Time:
    """Passes only while the network trains, 0.1 s a step."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def choosing(time: Time, monkeypatch: pytest.MonkeyPatch) -> NetworkLearner:
    portfolio = "mixup,cutout", "none", "specmix"
    learner = NetworkLearner(NetworkSettings(**SMALL, augment=portfolio[0], portfolio=portfolio, batch=8))
    learner.warm_up(Task(3))
    learner._costs = Clock(now=time)
    train_on_batch = learner.network.train_on_batch

    def timed(*arguments: Any) -> Any:
        time.seconds += 0.1
        return train_on_batch(*arguments)

    monkeypatch.setattr(learner.network, "train_on_batch", timed)
    return learner


def test_an_augmentation_is_chosen_by_trials_from_the_present_state(
    monkeypatch: pytest.MonkeyPatch, choosing: NetworkLearner, time: Time
) -> None:
    train, valid = tones(48, 3), tones(15, 3)
    assert choosing.fit(train, valid, Clock(now=time)) is not None
    steps, answer = int(choosing.network.optimizer.iterations), choosing.predict_proba(valid.clips, Clock())
    decided = choosing.choose_augmentation(train, valid, 12.0, Clock(100.0, now=time))
    assert decided is not None
    assert set(decided["tried"]) == {"mixup,cutout", "none", "specmix"}
    # One is out after the first of two rounds; of the others the better by then.
    assert decided["tried"][decided["augmentation"]] >= sorted(decided["tried"].values())[1]
    assert decided["search_seconds"] == pytest.approx(12.0, abs=0.5)
    # The network is where the best trial has left it, a sixth and a quarter of the 120 steps further.
    assert int(choosing.network.optimizer.iterations) - steps == pytest.approx(50, abs=2)
    # The answer waits for a state that is validated like those before.
    np.testing.assert_allclose(choosing.predict_proba(valid.clips, Clock()), answer, atol=1e-6)
    trained, step = [], choosing._step

    def noting(images: np.ndarray, labels: np.ndarray, augmentation: Compose) -> None:
        trained.append(augmentation)
        step(images, labels, augmentation)

    monkeypatch.setattr(choosing, "_step", noting)
    choosing.fit(train, valid, Clock(now=time))
    assert set(trained) == {choosing._augmentations[decided["augmentation"]]}


@pytest.mark.parametrize(
    ("seconds", "left", "why"),
    [(5.9, 600.0, "none, for want of time"), (12.0, 23.0, "none, for want of time"), (np.inf, np.inf, "none, as the")],
)
def test_nothing_is_tried_where_the_time_does_not_allow_it(
    seconds: float, left: float, why: str, choosing: NetworkLearner, time: Time
) -> None:
    train, valid = tones(16, 3), tones(6, 3)
    choosing.fit(train, valid, Clock(now=time))
    before = choosing.network.get_weights()
    decided = choosing.choose_augmentation(train, valid, seconds, Clock(left, now=time))
    assert decided is not None
    assert decided["augmentation"] == "mixup,cutout"
    assert decided["tried"].startswith(why)
    for first, second in zip(before, choosing.network.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_of_a_search_that_runs_out_of_time_the_presets_own_augmentation_is_left(
    choosing: NetworkLearner, time: Time
) -> None:
    train, valid = tones(48, 3), tones(15, 3)
    choosing.fit(train, valid, Clock(now=time))
    begun = time.seconds
    # Each candidate gets 2 s at first; in the second one's the machine stalls for half a minute.
    clock = Clock(26.0, now=lambda: time.seconds + 30 * (time.seconds > begun + 3))
    decided = choosing.choose_augmentation(train, valid, 12.0, clock)
    assert decided is not None
    assert [*decided["tried"]] == ["mixup,cutout", "none"]
    assert decided["augmentation"] == choosing._augment == "mixup,cutout"


def test_a_network_chooses_between_validated_rounds(choosing: NetworkLearner, time: Time, tmp_path: Path) -> None:
    train, test = tones(60, 3), tones(12, 3)
    schedule = ValidatedRounds(choosing, trace=Trace(tmp_path / "trace.json"))
    schedule._test_clips = len(test)
    answered, clock = [], Clock(now=time)
    while not schedule.done:
        clock.begin(42 - time.seconds)
        schedule.improve(train, clock)
        schedule.answer(test.clips, clock)
        answered.append(time.seconds)
    decisions = json.loads((tmp_path / "trace.json").read_text("utf-8"))
    (choice,) = (one for one in decisions if one["decision"] == "chose augmentation")
    assert set(choice["tried"]) == {"mixup,cutout", "none", "specmix"}
    assert choice["search_seconds"] == pytest.approx(0.15 * 42, abs=0.5)
    # An answer came before, of a round of five epochs of six steps.
    assert answered[0] == pytest.approx(3.0)
    assert answered[0] < choice["time"] - choice["search_seconds"]
    assert time.seconds <= 0.875 * 42 + 1e-6
    (step,) = (step for step in steps_of(decisions) if step.verdict == "chose augmentation")
    assert step.augmentation == choice["augmentation"]


def test_without_a_portfolio_there_is_nothing_to_choose() -> None:
    learner = NetworkLearner(NetworkSettings(**SMALL))
    learner.warm_up(Task(2))
    assert learner.choose_augmentation(tones(8, 2), tones(4, 2), 1e3, Clock(1e5)) is None


def test_an_answer_in_a_hurry_covers_all_clips(learner: NetworkLearner) -> None:
    hurried = learner.predict_proba(tones(200, 3).clips, Clock(0))
    assert hurried.shape == (200, 3)
    assert np.isfinite(hurried).all()
    np.testing.assert_allclose(hurried.sum(axis=1), 1)


def test_a_cost_is_that_of_whole_batches(learner: NetworkLearner) -> None:
    one, fifty, more = (learner.cost_to_predict(clips) for clips in (1, 25, 51))
    assert one == fifty
    images, forwards = learner._costs.cost("image batch"), learner._costs.cost("forward batch")
    assert more == pytest.approx(3 * images + 2 * 3 * forwards)


def test_images_are_kept_of_the_last_sets_only(learner: NetworkLearner) -> None:
    for _ in range(5):
        learner.predict_proba(tones(2, 3).clips, Clock())
    assert len(learner._made) == 3


def test_no_time_at_all_leaves_the_network_as_it_is() -> None:
    fresh = NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None))
    fresh.warm_up(Task(3))
    before = fresh.network.get_weights()
    clips = tones(12, 3)
    assert fresh.fit(clips, clips, Clock(0)) is None
    # An answer in between must not make the learner believe that the images of the others are there.
    fresh.predict_proba(clips.clips[:3], Clock())
    assert fresh.fit(clips, clips, Clock(0)) is None
    for first, second in zip(before, fresh.network.get_weights(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_several_labels_a_clip_are_judged_one_by_one() -> None:
    several = NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None, crops=1))
    several.warm_up(Task(2))
    low, high = tones(60, 2), tones(60, 2)
    clips = [(a + b) / 2 for a, b in zip(low.clips, high.clips[1:] + high.clips[:1], strict=True)]
    both = LabelledClips(clips + low.clips, np.concatenate([np.ones((60, 2)), low.labels]))
    for _ in range(2):
        several.fit(both, both, Clock())
    probabilities = several.predict_proba(both.clips, Clock())
    assert probabilities[:60].sum(axis=1).mean() > 1.2
    assert (probabilities <= 1).all()


def test_crops_are_averaged(learner: NetworkLearner) -> None:
    clips = tones(4, 3).clips
    one = NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None, crops=1))
    one.warm_up(Task(3))
    one.network.set_weights(learner.network.get_weights())
    several = learner.predict_proba(clips, Clock())
    assert not np.allclose(several, one.predict_proba(clips, Clock()), atol=1e-6)


def test_the_seed_decides_the_answer() -> None:
    clips = tones(24, 2)

    # A single step: over many, rounding that depends on threads grows.
    def answer(seed: int) -> np.ndarray:
        seeded = NetworkLearner(
            NetworkSettings(seconds=2.1, warm_start=None, epochs_a_round=1, crops=1, batch=8, seed=seed)
        )
        seeded.warm_up(Task(2))
        seeded.fit(clips, clips, Clock())
        return seeded.predict_proba(clips.clips, Clock())

    first = answer(5)
    np.testing.assert_allclose(answer(5), first, atol=1e-4)
    assert not np.allclose(answer(6), first, atol=1e-2)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"batch": 0}, "batch"),
        ({"valid_crops": 0}, "valid_crops"),
        ({"momentum": 1.0}, "momentum"),
        ({"decay": -1}, "decay"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        NetworkSettings(**settings)


def test_sets_of_the_same_size_are_told_apart(learner: NetworkLearner) -> None:
    train, valid, test = tones(12, 3), tones(12, 3), tones(12, 3)
    learner.fit(train, valid, Clock())
    first = learner.predict_proba(test.clips, Clock())
    for _ in range(2):
        learner.fit(train, valid, Clock())
        assert learner.predict_proba(test.clips, Clock()).shape == first.shape
    assert not np.allclose(learner.predict_proba(valid.clips, Clock()), learner.predict_proba(test.clips, Clock()))
