"""Clips stretched against librosa's phase vocoder."""

from __future__ import annotations

from pathlib import Path

import keras
import librosa
import numpy as np
import pytest
import tensorflow as tf

from autospeech.audio.decode import decode
from autospeech.augment.time_stretch import TimeStretch

CLIPS = np.stack([decode(file)[:19000] for file in sorted(Path("sample_data").rglob("*.flac"))[::40]])[..., None]
RATES = np.linspace(0.8, 1.25, len(CLIPS)).astype("float32")
LABELS = np.eye(len(CLIPS), dtype="float32")


def decibels(clip: np.ndarray) -> np.ndarray:
    return librosa.power_to_db(librosa.feature.melspectrogram(y=clip, sr=16000, n_fft=512, n_mels=64), top_db=60)


@pytest.mark.parametrize("rate", [0.8, 0.93, 1.07, 1.25])
def test_is_what_librosa_stretches(rate: float) -> None:
    played, labels = TimeStretch(0.8, 1.25).apply(CLIPS, LABELS, np.full(len(CLIPS), rate))
    np.testing.assert_array_equal(labels, LABELS)
    errors, moves = [], []
    for clip, ours in zip(CLIPS[..., 0], np.asarray(played)[..., 0], strict=True):
        truth = librosa.effects.time_stretch(clip, rate=rate, n_fft=1024, hop_length=256)[:19000]
        errors.append(np.abs(decibels(ours[: len(truth)]) - decibels(truth)).mean())
        moves.append(np.abs(decibels(clip[: len(truth)]) - decibels(truth)).mean())
    assert len(errors) > 5
    assert np.mean(errors) < 0.02
    assert np.mean(moves) > 5


def test_its_own_tempo_changes_nothing() -> None:
    played, _ = TimeStretch().apply(CLIPS, LABELS, np.ones(len(CLIPS)))
    np.testing.assert_allclose(played, CLIPS, atol=1e-3)


@pytest.mark.parametrize("rate", [0.8, 0.95, 1.1, 1.25])
def test_a_tone_keeps_its_frequency_and_its_level(rate: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 1000 / 16000 * np.arange(16000)).astype("float32")
    played = np.asarray(TimeStretch().apply(tone[None, :, None], LABELS[:1], np.array([rate]))[0])[0, :, 0]
    inner = played[1000 : int(16000 / max(rate, 1)) - 1000]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner)), 1 << 17))
    assert spectrum.argmax() * 16000 / (1 << 17) == pytest.approx(1000, abs=1)
    # Bins of a tone drift apart in phase where the rate is below 1; so do librosa's.
    assert 20 * np.log10(np.std(inner) * np.sqrt(8)) == pytest.approx(0, abs=1)
    truth = librosa.effects.time_stretch(tone, rate=rate, n_fft=1024, hop_length=256)[1000:][: len(inner)]
    np.testing.assert_allclose(inner, truth, atol=0.005)


def test_a_faster_clip_is_followed_by_silence() -> None:
    played = np.asarray(TimeStretch().apply(CLIPS, LABELS, RATES)[0])
    for clip, rate in zip(played[..., 0], RATES, strict=True):
        assert not clip[int(np.ceil(19000 / rate)) + 1 :].any()


def test_a_clip_alone_is_as_it_is_in_a_batch() -> None:
    together = np.asarray(TimeStretch().apply(CLIPS, LABELS, RATES)[0])
    for index in range(len(CLIPS)):
        one = slice(index, index + 1)
        alone = TimeStretch().apply(CLIPS[one], LABELS[one], RATES[one])[0]
        np.testing.assert_allclose(alone, together[one], atol=1e-3)


@pytest.mark.parametrize("samples", [1, 100, 1023, 1025])
def test_clips_about_as_short_as_a_frame_have_an_answer(samples: int) -> None:
    clips = CLIPS[:3, 4000 : 4000 + samples]
    played = np.asarray(TimeStretch().apply(clips, LABELS[:3], np.array([0.8, 1.0, 1.25]))[0])
    assert played.shape == clips.shape
    assert np.isfinite(played).all()
    np.testing.assert_allclose(played[1], clips[1], atol=1e-3)


def test_silence_stays_silence() -> None:
    played, _ = TimeStretch()(np.zeros((4, 3000, 1), "float32"), LABELS[:4], keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(played, np.zeros((4, 3000, 1)))


def test_a_traced_step_draws_anew_each_time() -> None:
    stretch, seeds = TimeStretch(), keras.random.SeedGenerator(0)
    step = tf.function(lambda clips, labels: stretch(clips, labels, seeds))
    first, second = (step(tf.constant(CLIPS), tf.constant(LABELS))[0].numpy() for _ in range(2))
    assert first.shape == CLIPS.shape
    assert np.abs(first - second).max() > 0.01
    again = stretch(CLIPS, LABELS, keras.random.SeedGenerator(0))[0]
    np.testing.assert_allclose(first, again, atol=1e-3)


def test_draws_are_seeded_and_within_the_range() -> None:
    stretch = TimeStretch(0.8, 1.25)
    first, again = (np.asarray(stretch.draw((1000, 9, 1), keras.random.SeedGenerator(4))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert 0.8 <= first.min() < 0.82
    assert 1.22 < first.max() <= 1.2501
    assert np.mean(first > 1) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("rates", [(0.0, 1.2), (1.1, 1.2), (0.8, 0.9), (float("nan"), 1.0), (0.8, float("inf"))])
def test_rates_in_a_wrong_order_are_refused(rates: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=rf"rates go from above 0 .* {rates[0]} to {rates[1]}"):
        TimeStretch(*rates)


@pytest.mark.parametrize("frames", [(1024, 0), (1024, 512), (1000, 256), (1280, 256), (0, 256)])
def test_frames_that_do_not_overlap_as_they_must_are_refused(frames: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=rf"n_fft={frames[0]} .* hop_length={frames[1]}"):
        TimeStretch(n_fft=frames[0], hop_length=frames[1])
