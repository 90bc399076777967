"""Clips at speeds of their own against tones that are known and against soxr."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import soxr

from autospeech.augment.resampled import resampled

FACTORS = [0.8, 0.97, 1.0, 1.1, 1.25]


def tone(frequency: float, samples: int = 8000) -> np.ndarray:
    return np.sin(2 * np.pi * frequency / 16000 * np.arange(samples) + 0.3).astype("float32")


@pytest.mark.parametrize("frequency", [60, 440, 2500, 4000])
def test_a_tone_comes_out_as_the_tone_at_its_new_frequency(frequency: float) -> None:
    played = np.asarray(resampled(np.tile(tone(frequency)[None, :, None], (5, 1, 1)), np.array(FACTORS), 1.25))
    for factor, clip in zip(FACTORS, played[..., 0], strict=True):
        # Within a sinc's length of the ends there is silence in it.
        inner = slice(100, int(8000 / max(factor, 1)) - 100)
        error = clip[inner] - tone(frequency * factor)[inner]
        assert np.mean(error**2) < 10 ** (-65 / 10) * 0.5


@pytest.mark.parametrize("frequency", [7200, 7800])
def test_what_would_come_above_half_the_sample_rate_is_filtered_out(frequency: float) -> None:
    played = np.asarray(resampled(tone(frequency)[None, :, None], np.array([1.25]), 1.25))[0, 100:6300, 0]
    # 6400 Hz come to lie at half the sample rate.
    assert np.mean(played**2) < 10 ** (-40 / 10) * 0.5


def test_noise_is_what_soxr_plays_below_the_edge_of_the_filters() -> None:
    # At half the rate and back: nothing above 4 kHz.
    noise = soxr.resample(np.random.default_rng(0).normal(size=4000).astype("float32"), 8000, 16000)
    for factor in FACTORS:
        played = np.asarray(resampled(noise[None, :, None], np.array([factor]), 1.25))[0, :, 0]
        truth = soxr.resample(noise, 16000 * factor, 16000)[:8000]
        error = (played[: len(truth)] - truth)[300:-300]
        assert np.std(error) < 0.001 * np.std(truth)


def test_as_many_samples_come_out_as_asked_for() -> None:
    clips = np.ones((2, 1000, 1), "float32")
    assert resampled(clips, np.array([0.5, 1.0]), 1.0, 2000).shape == (2, 2000, 1)
    longer = np.asarray(resampled(clips, np.array([0.5, 1.0]), 1.0, 2000))[..., 0]
    np.testing.assert_allclose(longer[0, 100:1900], 1, atol=0.01)
    assert not longer[1, 1000:].any()
    np.testing.assert_array_equal(resampled(clips, np.array([0.5, 1.0]), 1.0, 70), longer[:, :70, None])


def test_a_place_late_in_a_long_clip_is_as_exact_as_an_early_one() -> None:
    samples = 60 * 16000
    played = np.asarray(resampled(tone(2000, samples)[None, :, None], np.array([1.1], "float32"), 1.25))[0, :, 0]
    # The factor itself is a float32.
    truth = tone(2000 * float(np.float32(1.1)), samples)
    late = slice(850_000, 870_000)
    assert np.abs((played - truth)[late]).max() < 0.005


@pytest.mark.parametrize("samples", [1, 2, 31, 33])
def test_very_short_clips_have_an_answer(samples: int) -> None:
    clips = np.ones((3, samples, 1), "float32")
    played = keras.ops.convert_to_numpy(resampled(clips, np.array([0.8, 1.0, 1.25]), 1.25))
    assert played.shape == (3, samples, 1)
    assert np.isfinite(played).all()
    np.testing.assert_allclose(played[1], clips[1], atol=1e-5)
