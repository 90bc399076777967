from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import librosa
import numpy as np
import pytest
import tensorflow as tf

from autospeech.augment.between_class import BetweenClass, a_weighted_gain, mix, mixing_shares

CASES = 4
RNG = np.random.default_rng(0)
CLIPS = (RNG.normal(size=(8, 6000, 1)) * np.geomspace(0.001, 0.5, 8).reshape(8, 1, 1)).astype("float32")


@pytest.fixture(scope="module")
def vectors(data_dir: Path) -> list[dict[str, Any]]:
    cases = json.loads((data_dir.parent / "vectors" / "between_class.json").read_text())
    assert len(cases) == CASES
    return cases


@pytest.mark.parametrize("index", range(CASES))
def test_gains_and_mixtures_are_the_published_ones(index: int, vectors: list[dict[str, Any]]) -> None:
    case = vectors[index]
    rate, ratio = case["sample_rate"], case["ratio"]
    sounds = np.array([case["sound1"], case["sound2"]], "float32")
    gains = np.asarray(a_weighted_gain(sounds, rate))
    np.testing.assert_allclose(gains, [case["gain1_db"], case["gain2_db"]], rtol=1e-5)
    mixed, labels = BetweenClass(rate).apply(sounds[..., None], np.eye(2, dtype="float32"), np.array([ratio]))
    mixed = np.asarray(mixed)[0, :, 0]
    np.testing.assert_allclose(mixed[:64], case["mixed_first_64"], rtol=1e-4, atol=1e-6)
    assert np.sqrt(np.mean(np.square(mixed, dtype="float64"))) == pytest.approx(case["mixed_rms"], rel=1e-5)
    np.testing.assert_allclose(labels, [[ratio, 1 - ratio]], rtol=1e-6)


@pytest.mark.parametrize(("sample_rate", "length"), [(8000, 1024), (16000, 2048), (22050, 2048), (44100, 4096)])
def test_gains_are_librosa_s(sample_rate: int, length: int) -> None:
    clip = RNG.normal(scale=0.1, size=20000).astype("float32")
    power = np.abs(librosa.stft(clip, n_fft=length, hop_length=length // 2, center=False)) ** 2
    weights = librosa.A_weighting(np.maximum(librosa.fft_frequencies(sr=sample_rate, n_fft=length), 1e-3))
    expected = 10 * np.log10(librosa.db_to_power(weights) @ power)
    np.testing.assert_allclose(a_weighted_gain(clip, sample_rate), expected, atol=1e-3)


def test_gains_are_the_same_for_all_shapes() -> None:
    gains = np.asarray(a_weighted_gain(CLIPS))
    assert gains.shape == (8, 4)
    np.testing.assert_array_equal(a_weighted_gain(CLIPS[..., 0]), gains)
    for clip, expected in zip(CLIPS, gains, strict=True):
        np.testing.assert_allclose(a_weighted_gain(clip[:, 0]), expected, atol=1e-4)


def test_a_clip_shorter_than_a_frame_has_one() -> None:
    clip = CLIPS[:, :100]
    padded = np.pad(clip, [(0, 0), (0, 1948), (0, 0)])
    np.testing.assert_array_equal(a_weighted_gain(clip), a_weighted_gain(padded))


def test_mixes_clips_by_their_shares_and_labels_by_the_ratios() -> None:
    ratios, labels = np.array([0.1, 0.5, 0.9, 0.3]), np.eye(8)
    mixed, mixed_labels = BetweenClass().apply(CLIPS, labels, ratios)
    gains = np.asarray(a_weighted_gain(CLIPS)).max(axis=1)
    shares = 1 / (1 + 10 ** ((gains[:4] - gains[4:]) / 20) * (1 - ratios) / ratios)
    np.testing.assert_allclose(mixing_shares(CLIPS[:4], CLIPS[4:], ratios), shares, rtol=1e-5)
    for pair, (share, ratio) in enumerate(zip(shares, ratios, strict=True)):
        expected = (share * CLIPS[pair] + (1 - share) * CLIPS[pair + 4]) / np.hypot(share, 1 - share)
        np.testing.assert_allclose(np.asarray(mixed)[pair], expected, atol=1e-6)
        np.testing.assert_allclose(mixed_labels[pair], ratio * labels[pair] + (1 - ratio) * labels[pair + 4])


def test_at_half_each_is_heard_as_loud_as_the_other() -> None:
    share = np.asarray(mixing_shares(CLIPS[:1], CLIPS[7:], np.array([0.5])))
    first, second = (np.asarray(a_weighted_gain(each)).max() for each in (CLIPS[0] * share, CLIPS[7] * (1 - share)))
    assert first == pytest.approx(second, abs=1e-3)


def test_hidden_states_of_any_shape_are_mixed_likewise() -> None:
    first, second = RNG.normal(size=(2, 3, 5, 4, 2))
    shares = np.array([0.2, 0.5, 1.0])
    for index, share in enumerate(shares):
        expected = (share * first[index] + (1 - share) * second[index]) / np.hypot(share, 1 - share)
        np.testing.assert_allclose(mix(first, second, shares)[index], expected)


@pytest.mark.parametrize("ratio", [0.0, 1.0])
def test_a_ratio_at_the_end_leaves_one_clip(ratio: float) -> None:
    mixed, labels = BetweenClass().apply(CLIPS, np.eye(8), np.full(4, ratio))
    kept = slice(0, 4) if ratio else slice(4, 8)
    np.testing.assert_array_equal(mixed, CLIPS[kept])
    np.testing.assert_array_equal(labels, np.eye(8)[kept])


def test_silence_makes_no_nan() -> None:
    silence = np.zeros((2, 3000, 1), "float32")
    np.testing.assert_array_equal(a_weighted_gain(silence), np.full((2, 1), -80, "float32"))
    np.testing.assert_allclose(mixing_shares(silence, silence, np.array([0.3, 0.0])), [0.3, 0.0], rtol=1e-6)
    clips = np.concatenate([silence, silence[:1], CLIPS[:1, :3000]])
    mixed = np.asarray(BetweenClass().apply(clips, np.eye(4), np.array([0.3, 0.3]))[0])
    assert not mixed[0].any()
    assert np.isfinite(mixed).all()


def test_a_pair_alone_is_mixed_as_in_a_batch() -> None:
    ratios = np.array([0.1, 0.5, 0.9, 0.3])
    together, _ = BetweenClass().apply(CLIPS, np.eye(8), ratios)
    alone, _ = BetweenClass().apply(CLIPS[[2, 6]], np.eye(8)[[2, 6]], ratios[2:3])
    np.testing.assert_allclose(np.asarray(together)[2:3], alone, atol=1e-6)


def test_draws_are_seeded_and_uniform() -> None:
    first, again = (np.asarray(BetweenClass().draw((4000, 9, 1), keras.random.SeedGenerator(4))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (2000,)
    assert np.histogram(first, 4, (0, 1))[0].min() > 430


def test_is_traced_for_one_pair() -> None:
    seeds = keras.random.SeedGenerator(0)
    mixed = tf.function(lambda clips, labels: BetweenClass()(clips, labels, seeds))
    clips, labels = mixed(CLIPS[:2], np.eye(2, dtype="float32"))
    assert clips.shape == (1, 6000, 1)
    assert np.asarray(labels).sum() == pytest.approx(1)


def test_odd_batches_and_no_sample_rate_are_refused() -> None:
    with pytest.raises(ValueError, match="even, not 3"):
        BetweenClass()(CLIPS[:3], np.eye(3), keras.random.SeedGenerator(0))
    with pytest.raises(ValueError, match="not 0"):
        BetweenClass(0)
