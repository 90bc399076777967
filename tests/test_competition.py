"""Both presets get through odd inputs, driven as a platform drives them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from autospeech.competition import Model
from autospeech.learners.embedder import Embedder
from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.presets import PRESETS
from autospeech.presets.default import DEFAULT, LADDER
from autospeech.presets.features import FEATURES_ALONE
from autospeech.schedule import build_schedule

RNG = np.random.default_rng(0)
ENSEMBLE = FeatureEnsembleSettings()
Clips = list[Any]


def noise(clips: int, samples: int = 8000) -> Clips:
    return [RNG.normal(scale=0.1, size=samples).astype("float32") for _ in range(clips)]


def labels(clips: int, classes: int) -> np.ndarray:
    return np.eye(classes)[np.arange(clips) % classes]


def model_for(train: tuple[Clips, np.ndarray], test: Clips, **settings: Any) -> Model:
    metadata = {"class_num": train[1].shape[1], "train_num": len(train[0]), "test_num": len(test)}
    return Model(metadata, **settings)


def assert_answers(answer: np.ndarray, test: Clips, classes: int) -> None:
    assert answer.shape == (len(test), classes)
    assert np.isfinite(answer).all()
    assert answer.min(initial=0) >= 0
    assert answer.max(initial=0) <= 1


def play_once(train: tuple[Clips, np.ndarray], test: Clips, budget: float = 1.5) -> None:
    """Train and ask the published recipe once."""
    model = model_for(train, test, preset="kon", warm_start=False)
    model.train(train, remaining_time_budget=budget)
    assert_answers(model.test(test, remaining_time_budget=budget / 2), test, train[1].shape[1])


def climb(train: tuple[Clips, np.ndarray], test: Clips, preset: str, budget: float) -> list[dict[str, Any]]:
    """Train and ask a ladder in turn until it is done or the budget is over; return what it decided."""
    model = model_for(train, test, preset=preset)
    end = time.monotonic() + budget
    # The loop of the platforms ends by either; nothing of the submission may go on for ever.
    while not model.done_training and time.monotonic() < end:
        model.train(train, remaining_time_budget=end - time.monotonic())
        assert_answers(model.test(test, remaining_time_budget=end - time.monotonic()), test, train[1].shape[1])
    assert time.monotonic() < end + 1.5
    return model._schedule.trace.decisions


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch, embedder: Embedder, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Three presets: the default's ladder without networks, with such as train for moments, and features alone.

    One encoder serves all.

    What fails on the way is logged and left out of the answer, so an error in the log is a failure here.
    """
    few = FoldNetworksSettings(most_epochs=3)
    for name, networks in (("probes", None), ("networks", few)):
        monkeypatch.setitem(PRESETS, name, replace(DEFAULT, schedule=replace(DEFAULT.schedule, networks=networks)))
    chroma = replace(
        ENSEMBLE, features=("chroma",), network="rann-1x8-1-d10", networks=replace(ENSEMBLE.networks, least_seconds=1)
    )
    alone = replace(FEATURES_ALONE.schedule, features=chroma)
    monkeypatch.setitem(PRESETS, "features-alone", replace(FEATURES_ALONE, schedule=alone))
    monkeypatch.setattr(build_schedule, "Embedder", lambda path: embedder)
    with caplog.at_level(logging.ERROR, "autospeech"):
        yield
    errors = [record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when)]
    assert not errors, errors[0]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder()


def one_clip_class() -> tuple[Clips, np.ndarray]:
    return noise(21), np.eye(3)[[0, 1] * 10 + [2]]


INPUTS: dict[str, Callable[[], tuple[tuple[Clips, np.ndarray], Clips]]] = {
    "integer samples": lambda: (([(clip * 3e4).astype("int16") for clip in noise(20)], labels(20, 2)), noise(3)),
    "empty clips": lambda: (([np.zeros(0, "float32")] * 5 + noise(15), labels(20, 2)), [np.zeros(0), *noise(2)]),
    "all silent": lambda: (([np.zeros(5000, "float32")] * 20, labels(20, 2)), [np.zeros(100)] * 2),
    "NaN clips": lambda: (([np.full(5000, np.nan)] * 4 + noise(16), labels(20, 2)), [np.full(10, np.inf), *noise(1)]),
    "a clip of huge values": lambda: (
        ([np.full(5000, 1e30), *noise(19)], labels(20, 2)),
        [np.full(99, 1e25), *noise(2)],
    ),
    "one-sample clips": lambda: (([np.ones(1, "float32")] * 10 + noise(10), labels(20, 2)), [np.ones(1)]),
    "shorter than a frame": lambda: ((noise(20, 700), labels(20, 2)), noise(2, 300)),
    "exactly 5 s": lambda: ((noise(20, 80000), labels(20, 2)), noise(2, 80000)),
    "as long as a crop": lambda: ((noise(20, 63 * 512), labels(20, 2)), noise(2, 63 * 512)),
    "a class with one clip": lambda: (one_clip_class(), noise(3)),
    "a class with none": lambda: ((noise(20), np.eye(3)[[0, 1] * 10]), noise(3)),
    "100 classes, fewer clips than a batch": lambda: ((noise(30), labels(30, 100)), noise(2)),
    "one train clip, one test clip": lambda: ((noise(1), labels(1, 2)), noise(1)),
    "one class": lambda: ((noise(6), labels(6, 1)), noise(2)),
    "several labels a clip": lambda: ((noise(20), np.maximum(labels(20, 3), labels(20, 2) @ np.eye(2, 3))), noise(2)),
    "no label at all": lambda: ((noise(6), np.zeros((6, 2))), noise(2)),
}


LADDER_INPUTS: dict[str, Callable[[], tuple[tuple[Clips, np.ndarray], Clips]]] = {
    **INPUTS,
    "all clips the same": lambda: (([noise(1)[0]] * 20, labels(20, 2)), noise(1) * 3),
    "constant clips": lambda: (([np.full(9000, 0.3, "float32")] * 20, labels(20, 2)), [np.full(900, 0.3)] * 2),
    "two clips": lambda: ((noise(2), labels(2, 2)), noise(2)),
    "three clips": lambda: ((noise(3), labels(3, 2)), noise(1)),
    "four clips": lambda: ((noise(4), labels(4, 2)), noise(1)),
    "five clips of five classes": lambda: ((noise(5), labels(5, 5)), noise(5)),
    "clips of 20 ms": lambda: ((noise(30, 320), labels(30, 3)), noise(4, 320)),
    "five minutes beside half seconds": lambda: (
        (noise(11) + noise(1, 300 * 16000), labels(12, 2)),
        [*noise(2), *noise(1, 120 * 16000)],
    ),
    "test clips of another length": lambda: ((noise(20, 48000), labels(20, 2)), noise(5, 4000)),
    "longer test clips": lambda: ((noise(20, 4000), labels(20, 2)), noise(5, 90000)),
    "no test clip": lambda: ((noise(8), labels(8, 2)), noise(0)),
}
WITH_NETWORKS = (
    "several labels a clip",
    "clips of 20 ms",
    "five minutes beside half seconds",
)


# Each builds a network anew; those that the network sees most directly run by default.
KON_ALWAYS = ("one-sample clips", "NaN clips", "all silent", "a class with one clip", "several labels a clip")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in KON_ALWAYS else pytest.mark.slow) for name in INPUTS]
)
def test_odd_inputs_get_an_answer_of_kon(name: str) -> None:
    play_once(*INPUTS[name]())


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", LADDER_INPUTS)
def test_odd_inputs_get_an_answer_of_the_ladder(name: str) -> None:
    (clips, truth), test = LADDER_INPUTS[name]()
    decisions = climb((clips, truth), test, "probes", budget=10)
    climbed = [decision["rung"] for decision in decisions if decision["decision"] == "learnt"]
    assert decisions[-1]["decision"] == "done"
    # Of fewer clips there is no evidence.
    assert sorted(climbed) == ([] if len(clips) < 4 else sorted(LADDER.probes))


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize("name", WITH_NETWORKS)
def test_odd_inputs_get_an_answer_of_the_ladders_networks(name: str) -> None:
    decisions = climb(*LADDER_INPUTS[name](), "networks", budget=20)
    assert "networks" in {decision["rung"] for decision in decisions if decision["decision"] == "learnt"}


@pytest.mark.slow
@pytest.mark.usefixtures("brief")
def test_features_alone_learn_and_answer_for_odd_clips() -> None:
    (clips, truth), test = LADDER_INPUTS["several labels a clip"]()
    odd = [np.zeros(0, "float32"), *clips[:-1]]
    decisions = climb((odd, truth), [*test, np.full(700, np.nan)], "features-alone", budget=20)
    learnt = [decision for decision in decisions if decision["decision"] == "learnt"]
    assert learnt and {decision["rung"] for decision in learnt} == {"features"}
    assert set(learnt[0]["evidence"]) == {"chroma network", "features"}


@pytest.mark.parametrize("preset", ["kon", "default"])
def test_hardly_any_time_gets_an_answer_for_all_clips(preset: str) -> None:
    model = Model({"class_num": 7, "test_num": 176}, preset=preset, warm_start=False)
    clips, test = (noise(359, 32000), labels(359, 7)), noise(176, 32000)
    calls = 0
    while not model.done_training:
        model.train(clips, remaining_time_budget=0.1)
        assert_answers(model.test(test, remaining_time_budget=0.1), test, 7)
        calls += 1
    assert calls == {"kon": 1, "default": 2}[preset]


@pytest.mark.parametrize(
    ("train", "named"),
    [
        ((noise(3), labels(4, 2)), "4 rows"),
        ((noise(4), labels(4, 3)), "3 columns"),
        ((noise(4), labels(4, 2), None), "pair"),
        (([], np.zeros((0, 2))), "no clip"),
    ],
)
def test_what_does_not_match_is_refused(train: Any, named: str) -> None:
    model = Model({"class_num": 2}, warm_start=False)
    with pytest.raises(ValueError, match=named):
        model.train(train, remaining_time_budget=5)


def test_metadata_and_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="class_num"):
        Model({"train_num": 3})
    with pytest.raises(ValueError, match="nokon"):
        Model({"class_num": 2}, preset="nokon")


class AutoDLMetadata:
    """Tells what the official AutoDL metadata tell."""

    def get_output_size(self) -> int:
        return 2

    def size(self) -> int:
        return 24


def test_takes_tensorflow_data_even_ones_that_repeat() -> None:
    clips = noise(24)
    examples = tf.data.Dataset.from_generator(
        lambda: (
            (clip[:, None, None, None], label)
            for clip, label in zip(clips, labels(24, 2).astype("float32"), strict=True)
        ),
        output_signature=(tf.TensorSpec((None, 1, 1, 1)), tf.TensorSpec((2,))),
    )
    model = Model(AutoDLMetadata(), warm_start=False)
    model.train(examples.repeat(), remaining_time_budget=3)
    assert len(model._train) == 24
    np.testing.assert_array_equal(model._train.clips[5], clips[5])
    answer = model.test(examples, remaining_time_budget=2)
    assert answer.shape == (24, 2)
    assert model.test(examples, remaining_time_budget=2) is answer
