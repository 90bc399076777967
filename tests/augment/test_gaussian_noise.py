from __future__ import annotations

import audiomentations
import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import signal, stats

from autospeech.augment.gaussian_noise import GaussianNoise

RNG = np.random.default_rng(0)
CLIPS = (RNG.normal(size=(4, 16000, 1)) * np.array([1e-4, 0.01, 0.1, 0.5]).reshape(4, 1, 1)).astype("float32")


def power(waveforms: np.ndarray) -> np.ndarray:
    return np.mean(np.square(np.asarray(waveforms, "float64")), axis=(1, 2))


def test_reaches_the_ratio_whatever_the_loudness_of_clip_and_noise() -> None:
    decibels = np.array([40.0, 20.0, 5.0, 0.0])
    noise = RNG.normal(size=CLIPS.shape) * np.array([1.0, 1e-3, 100.0, 1.0]).reshape(4, 1, 1)
    noisy, labels = GaussianNoise().apply(CLIPS, "labels", (decibels, noise))
    assert labels == "labels"
    # At 40 dB and 1e-4 the rounding of float32 is part of the noise that is found.
    found = 10 * np.log10(power(CLIPS) / power(np.asarray(noisy) - CLIPS))
    np.testing.assert_allclose(found, decibels, atol=1e-3)


def test_is_as_loud_as_audiomentations_noise() -> None:
    noisy, _ = GaussianNoise(12, 12)(CLIPS, None, keras.random.SeedGenerator(0))
    for clip, same in zip(CLIPS[..., 0], np.asarray(noisy)[..., 0], strict=True):
        reference = audiomentations.AddGaussianSNR(12, 12, p=1.0)(clip, 16000)
        assert np.std(same - clip) == pytest.approx(np.std(reference - clip), rel=0.03)


def test_noise_is_white_gaussian_and_of_each_clip_its_own() -> None:
    decibels, noise = GaussianNoise().draw((3, 32000, 1), keras.random.SeedGenerator(0))
    noise = np.asarray(noise, "float64")[..., 0]
    assert decibels.shape == (3,)
    assert stats.kstest(noise[0], stats.norm.cdf).pvalue > 0.001
    _, density = signal.welch(noise[0], nperseg=256)
    assert np.abs(density[1:-1] / density[1:-1].mean() - 1).max() < 0.4
    assert np.abs(np.corrcoef(noise) - np.eye(3)).max() < 0.03


def test_a_clip_alone_gets_what_it_gets_in_a_batch() -> None:
    decibels, noise = GaussianNoise().draw(CLIPS.shape, keras.random.SeedGenerator(0))
    together, _ = GaussianNoise().apply(CLIPS, None, (decibels, noise))
    alone, _ = GaussianNoise().apply(CLIPS[2:3], None, (decibels[2:3], noise[2:3]))
    np.testing.assert_allclose(np.asarray(together)[2:3], alone, atol=1e-7)


def test_silence_stays_and_silent_noise_changes_nothing() -> None:
    clips = np.stack([np.zeros((100, 1)), np.ones((100, 1))]).astype("float32")
    noisy, _ = GaussianNoise().apply(clips, None, (np.array([5.0, 5.0]), np.stack([clips[1], clips[0]])))
    np.testing.assert_array_equal(noisy, clips)


def test_draws_are_seeded_and_within_the_range() -> None:
    drawn = [GaussianNoise(-3, 7).draw((2000, 4, 1), keras.random.SeedGenerator(5)) for _ in range(2)]
    decibels, again = (np.asarray(each[0]) for each in drawn)
    np.testing.assert_array_equal(decibels, again)
    np.testing.assert_array_equal(drawn[0][1], drawn[1][1])
    assert -3 <= decibels.min() < -2.9
    assert 6.9 < decibels.max() <= 7


def test_is_traced_for_one_clip_and_draws_anew() -> None:
    seeds = keras.random.SeedGenerator(0)
    noisy = tf.function(lambda clips: GaussianNoise()(clips, tf.zeros((1, 2)), seeds)[0])
    first, second = (np.asarray(noisy(CLIPS[:1])) for _ in range(2))
    assert first.shape == (1, 16000, 1)
    assert np.isfinite(first).all()
    assert np.abs(first - second).max() > 0


@pytest.mark.parametrize("ends", [(1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_ratios_in_a_wrong_order_are_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=f"not from {ends[0]} to {ends[1]}"):
        GaussianNoise(*ends)
