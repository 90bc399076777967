from __future__ import annotations

import audiomentations
import keras
import numpy as np
import pytest
import tensorflow as tf

from autospeech.augment.gain import Gain

CLIPS = np.random.default_rng(0).normal(scale=0.1, size=(4, 1000, 1)).astype("float32")


def test_is_what_audiomentations_does() -> None:
    decibels = [-6.0, -1.3, 0.0, 6.0]
    louder, labels = Gain().apply(CLIPS, "labels", np.array(decibels))
    assert labels == "labels"
    for clip, same, gain in zip(CLIPS, np.asarray(louder), decibels, strict=True):
        expected = audiomentations.Gain(gain, gain, p=1.0)(clip[:, 0], 16000)
        np.testing.assert_allclose(same[:, 0], expected, rtol=1e-6)


def test_draws_are_seeded_and_within_the_range() -> None:
    first, again = (np.asarray(Gain(-6, 3).draw((2000, 9, 1), keras.random.SeedGenerator(1))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert -6 <= first.min() < -5.9
    assert 2.9 < first.max() <= 3


def test_is_traced_for_one_clip_and_for_silence() -> None:
    seeds = keras.random.SeedGenerator(0)
    louder = tf.function(lambda clips: Gain()(clips, tf.zeros((1, 2)), seeds)[0])
    assert np.asarray(louder(tf.zeros((1, 100, 1)))).tolist() == [[[0.0]] * 100]
    first, second = (np.asarray(louder(CLIPS[:1])) for _ in range(2))
    assert first.shape == (1, 1000, 1)
    assert np.abs(first - second).max() > 0


@pytest.mark.parametrize("ends", [(1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_gains_in_a_wrong_order_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=f"not from {ends[0]} to {ends[1]}"):
        Gain(*ends)
