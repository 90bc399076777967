"""Clips shifted against librosa's."""

from __future__ import annotations

from pathlib import Path

import keras
import librosa
import numpy as np
import pytest
import tensorflow as tf

from autospeech.audio.decode import decode
from autospeech.augment.pitch_shift import PitchShift

CLIPS = np.stack([decode(file)[:19000] for file in sorted(Path("sample_data").rglob("*.flac"))[::40]])[..., None]
SHIFTS = np.linspace(-2, 2, len(CLIPS)).astype("float32")
LABELS = np.eye(len(CLIPS), dtype="float32")


def decibels(clip: np.ndarray) -> np.ndarray:
    return librosa.power_to_db(librosa.feature.melspectrogram(y=clip, sr=16000, n_fft=512, n_mels=64), top_db=60)


@pytest.mark.parametrize("shift", [-3.5, -2.0, -1.0, 1.0, 2.0, 3.5])
def test_is_what_librosa_shifts(shift: float) -> None:
    played, labels = PitchShift(-3.5, 3.5).apply(CLIPS, LABELS, np.full(len(CLIPS), shift))
    np.testing.assert_array_equal(labels, LABELS)
    errors, moves = [], []
    for clip, ours in zip(CLIPS[..., 0], np.asarray(played)[..., 0], strict=True):
        truth = librosa.effects.pitch_shift(clip, sr=16000, n_steps=shift, n_fft=1024, hop_length=256)
        errors.append(np.abs(decibels(ours) - decibels(truth)).mean())
        moves.append(np.abs(decibels(clip) - decibels(truth)).mean())
    assert len(errors) > 5
    assert np.mean(errors) < 0.1
    assert np.mean(moves) > 5


def test_no_semitones_change_nothing() -> None:
    played, _ = PitchShift().apply(CLIPS, LABELS, np.zeros(len(CLIPS)))
    np.testing.assert_allclose(played, CLIPS, atol=1e-3)


@pytest.mark.parametrize("shift", [-12.0, -2.0, -0.5, 1.0, 7.0])
def test_a_tone_moves_to_its_new_frequency_and_keeps_its_level(shift: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 1000 / 16000 * np.arange(16000)).astype("float32")
    played = np.asarray(PitchShift(-12, 7).apply(tone[None, :, None], LABELS[:1], np.array([shift]))[0])[0, :, 0]
    inner = played[1500:-1500]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner)), 1 << 17))
    assert spectrum.argmax() * 16000 / (1 << 17) == pytest.approx(1000 * 2 ** (shift / 12), abs=1)
    # Bins of a tone drift apart in phase where it is made longer; so do librosa's.
    assert 20 * np.log10(np.std(inner) * np.sqrt(8)) == pytest.approx(0, abs=1)


def test_a_clip_alone_is_as_it_is_in_a_batch() -> None:
    together = np.asarray(PitchShift().apply(CLIPS, LABELS, SHIFTS)[0])
    for index in range(len(CLIPS)):
        one = slice(index, index + 1)
        alone = PitchShift().apply(CLIPS[one], LABELS[one], SHIFTS[one])[0]
        np.testing.assert_allclose(alone, together[one], atol=1e-3)


@pytest.mark.parametrize("samples", [1, 100, 1023, 1025])
def test_clips_about_as_short_as_a_frame_have_an_answer(samples: int) -> None:
    clips = CLIPS[:3, 4000 : 4000 + samples]
    played = np.asarray(PitchShift().apply(clips, LABELS[:3], np.array([-2.0, 0.0, 2.0]))[0])
    assert played.shape == clips.shape
    assert np.isfinite(played).all()
    np.testing.assert_allclose(played[1], clips[1], atol=1e-3)


def test_silence_stays_silence() -> None:
    played, _ = PitchShift()(np.zeros((4, 3000, 1), "float32"), LABELS[:4], keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(played, np.zeros((4, 3000, 1)))


def test_a_traced_step_draws_anew_each_time() -> None:
    pitch, seeds = PitchShift(), keras.random.SeedGenerator(0)
    step = tf.function(lambda clips, labels: pitch(clips, labels, seeds))
    first, second = (step(tf.constant(CLIPS), tf.constant(LABELS))[0].numpy() for _ in range(2))
    assert first.shape == CLIPS.shape
    assert np.abs(first - second).max() > 0.01
    again = pitch(CLIPS, LABELS, keras.random.SeedGenerator(0))[0]
    np.testing.assert_allclose(first, again, atol=1e-3)


def test_draws_are_seeded_and_within_the_range() -> None:
    pitch = PitchShift(-3.5, 3.5)
    first, again = (np.asarray(pitch.draw((1000, 9, 1), keras.random.SeedGenerator(4))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert -3.5 <= first.min() < -3.4
    assert 3.4 < first.max() <= 3.5
    assert np.mean(first > 0) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("shifts", [(2.0, -2.0), (-25.0, 2.0), (-2.0, 25.0), (float("nan"), 1.0)])
def test_shifts_in_a_wrong_order_or_too_wide_are_refused(shifts: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=rf"semitones, not from {shifts[0]} to {shifts[1]}"):
        PitchShift(*shifts)


def test_frames_that_do_not_overlap_as_they_must_are_refused() -> None:
    with pytest.raises(ValueError, match=r"n_fft=1024 .* hop_length=512"):
        PitchShift(n_fft=1024, hop_length=512)
