"""Clips played faster against soxr's."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from autospeech.audio.decode import decode
from autospeech.audio.play_faster import play_faster
from autospeech.augment.random_scale import RandomScale

CLIPS = np.stack([decode(file)[:19000] for file in sorted(Path("sample_data").rglob("*.flac"))[::40]])[..., None]
FACTORS = np.linspace(0.8, 1.25, len(CLIPS)).astype("float32")
LABELS = np.eye(len(CLIPS), dtype="float32")


def test_is_what_soxr_plays() -> None:
    played, labels = RandomScale(0.8, 1.25).apply(CLIPS, LABELS, FACTORS)
    np.testing.assert_array_equal(labels, LABELS)
    for clip, ours, factor in zip(CLIPS[..., 0], np.asarray(played)[..., 0], FACTORS, strict=True):
        truth = play_faster(clip, float(factor))[:19000]
        error = (ours[: len(truth)] - truth)[50:-50]
        # The filters differ above 6 kHz, where some of these voices are strong.
        assert np.std(error) < 0.03 * np.std(truth)


def test_its_own_speed_changes_nothing() -> None:
    played, _ = RandomScale().apply(CLIPS, LABELS, np.ones(len(CLIPS)))
    np.testing.assert_allclose(played, CLIPS, atol=1e-5)


def test_a_faster_clip_is_followed_by_silence() -> None:
    played = np.asarray(RandomScale().apply(np.ones_like(CLIPS), LABELS, FACTORS)[0])
    for clip, factor in zip(played[..., 0], FACTORS, strict=True):
        ended = int(np.ceil(19000 / factor))
        assert clip[: ended - 1].all()
        assert not clip[ended + 1 :].any()


def test_a_clip_alone_is_as_it_is_in_a_batch() -> None:
    together = np.asarray(RandomScale().apply(CLIPS, LABELS, FACTORS)[0])
    for index in range(len(CLIPS)):
        one = slice(index, index + 1)
        alone = RandomScale().apply(CLIPS[one], LABELS[one], FACTORS[one])[0]
        np.testing.assert_allclose(alone, together[one], atol=1e-6)


def test_silence_stays_silence() -> None:
    played, _ = RandomScale()(np.zeros((4, 500, 1), "float32"), LABELS[:4], keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(played, np.zeros((4, 500, 1)))


def test_a_traced_step_draws_anew_each_time() -> None:
    scale, seeds = RandomScale(), keras.random.SeedGenerator(0)
    step = tf.function(lambda clips, labels: scale(clips, labels, seeds))
    first, second = (step(tf.constant(CLIPS), tf.constant(LABELS))[0].numpy() for _ in range(2))
    assert first.shape == CLIPS.shape
    assert np.abs(first - second).max() > 0.01
    again = scale(CLIPS, LABELS, keras.random.SeedGenerator(0))[0]
    np.testing.assert_allclose(first, again, atol=1e-3)


def test_draws_are_seeded_and_within_the_range() -> None:
    scale = RandomScale(0.8, 1.25)
    first, again = (np.asarray(scale.draw((1000, 9, 1), keras.random.SeedGenerator(4))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert 0.8 <= first.min() < 0.82
    assert 1.22 < first.max() <= 1.2501
    assert np.mean(first > 1) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("factors", [(0.0, 1.2), (1.1, 1.2), (0.8, 0.9), (float("nan"), 1.0), (0.8, float("inf"))])
def test_factors_in_a_wrong_order_are_refused(factors: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=rf"factors go from above 0 .* {factors[0]} to {factors[1]}"):
        RandomScale(*factors)
