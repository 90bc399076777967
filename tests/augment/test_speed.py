"""Images played faster against the frames of waveforms that were."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from autospeech.audio.decode import decode
from autospeech.audio.play_faster import play_faster
from autospeech.augment.speed import Speed
from autospeech.statistics.log_mel_frames import LogMelFrames

CLIPS = sorted(Path("sample_data").rglob("*.flac"))[::8]


@pytest.mark.parametrize("factor", [0.8, 0.9, 1.1, 1.25])
def test_is_about_what_the_waveform_would_be(factor: float) -> None:
    speed = Speed(0.8, 1.25)
    errors, moves = [], []
    for file in CLIPS:
        waveform = decode(file)
        frames = LogMelFrames.of([waveform, play_faster(waveform, factor)])
        many = min(len(frames.clip(1)), int(len(frames.clip(0)) / 1.3), 100)
        image, truth = frames.clip(0)[: speed.needed(many)], frames.clip(1)[:many]
        played = np.asarray(speed.apply(image[None, ..., None], np.ones((1, 2)), np.array([factor]))[0])[0, ..., 0]
        assert played.shape == (many, 64)
        # Above 6 kHz slow sound has nothing.
        errors.append(np.abs(played - truth)[:, 5:50].mean())
        moves.append(np.abs(image[:many] - truth)[:, 5:50].mean())
    assert len(errors) > 5
    assert np.mean(errors) < 0.25 * np.mean(moves)


def test_its_own_speed_changes_nothing() -> None:
    images = np.random.default_rng(0).normal(size=(3, 21, 64, 1)).astype("float32")
    labels = np.eye(3, dtype="float32")
    played, kept = Speed(1.0, 1.0).apply(images, labels, np.ones(3))
    np.testing.assert_allclose(played, images, atol=1e-3)
    np.testing.assert_array_equal(kept, labels)


@pytest.mark.parametrize("frames", [1, 2, 62, 124])
def test_as_many_frames_are_left_as_were_asked_for(frames: int) -> None:
    speed = Speed(0.7, 1.3)
    images = np.zeros((2, speed.needed(frames), 64, 1), "float32")
    assert speed(images, np.ones((2, 1)), keras.random.SeedGenerator(0))[0].shape == (2, frames, 64, 1)


def test_draws_are_seeded_and_within_the_range() -> None:
    speed = Speed(0.8, 1.25)
    first, again = (np.asarray(speed.draw((1000, 9, 64, 1), keras.random.SeedGenerator(4))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert 0.8 <= first.min() < 0.82
    assert 1.22 < first.max() <= 1.25
    assert np.mean(first > 1) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("factors", [(0.0, 1.2), (1.1, 1.2), (0.8, 0.9), (float("nan"), 1.0)])
def test_factors_in_a_wrong_order_are_refused(factors: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="factors go from above 0"):
        Speed(*factors)
