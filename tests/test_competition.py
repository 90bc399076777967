from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from autospeech.competition import Model

RNG = np.random.default_rng(0)
Clips = list[Any]


def noise(clips: int, samples: int = 8000) -> Clips:
    return [RNG.normal(scale=0.1, size=samples).astype("float32") for _ in range(clips)]


def labels(clips: int, classes: int) -> np.ndarray:
    return np.eye(classes)[np.arange(clips) % classes]


def play(train: tuple[Clips, np.ndarray], test: Clips, budget: float = 1.5, **settings: Any) -> np.ndarray:
    """Drive a model as a platform does and return its last answer."""
    metadata = {"class_num": train[1].shape[1], "train_num": len(train[0]), "test_num": len(test)}
    model = Model(metadata, warm_start=False, **settings)
    model.train(train, remaining_time_budget=budget)
    answer = model.test(test, remaining_time_budget=budget / 2)
    assert answer.shape == (len(test), train[1].shape[1])
    assert np.isfinite(answer).all()
    return answer


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


@pytest.mark.parametrize("name", INPUTS)
def test_odd_inputs_get_an_answer(name: str) -> None:
    play(*INPUTS[name]())


def test_hardly_any_time_gets_an_answer_for_all_clips() -> None:
    model = Model({"class_num": 7, "test_num": 176}, warm_start=False)
    model.train((noise(359, 32000), labels(359, 7)), remaining_time_budget=0.1)
    assert model.done_training
    assert model.test(noise(176, 32000), remaining_time_budget=0.1).shape == (176, 7)


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
