from __future__ import annotations

import numpy as np
import pytest

from autospeech.pretraining.frame_batches import CROPS, FrameBatches, crop, disturb_frames
from autospeech.pretraining.frame_store import FrameStore
from autospeech.statistics.log_mel_frames import FLOOR


def store_of(sizes: tuple[int, ...], frames: int = 100) -> FrameStore:
    """Clips that are all one number: that of their corpus."""
    corpora = np.repeat(np.arange(len(sizes)), sizes)
    values = np.repeat(corpora, frames)[:, None] * np.ones((1, 64))
    names = [str(number) for number in range(len(sizes))]
    labels = np.where(corpora[:, None] == np.arange(len(sizes)), np.arange(len(corpora))[:, None], -1)
    starts = np.arange(len(corpora) + 1) * frames
    return FrameStore(values.astype("float16"), starts, corpora, names, {name: [] for name in names}, labels)


def test_batches_are_seeded_and_carry_the_labels_of_their_clips() -> None:
    store = store_of((5, 7))
    batches, again = iter(FrameBatches(store, 8, seed=3)), iter(FrameBatches(store, 8, seed=3))
    lengths = set()
    for _ in range(20):
        (image, labels), (same, _) = next(batches), next(again)
        np.testing.assert_array_equal(image, same)
        lengths.add(image.shape[1])
        assert image.shape == (8, image.shape[1], 64, 1)
        assert image.dtype == np.float32
        assert ((labels >= 0).sum(axis=1) == 1).all()
        assert set(labels[:, 0]) <= {-1, *range(5)}
        assert set(labels[:, 1]) <= {-1, *range(5, 12)}
    assert lengths == set(CROPS)
    assert not np.array_equal(
        next(iter(FrameBatches(store, 8, seed=4)))[0], next(iter(FrameBatches(store, 8, seed=3)))[0]
    )


@pytest.mark.parametrize(("temperature", "share"), [(1.0, 400 / 404), (0.5, 20 / 22), (0.0, 1 / 2)])
def test_corpora_are_drawn_by_their_size_to_the_temperature(temperature: float, share: float) -> None:
    batches = iter(FrameBatches(store_of((400, 4), 20), 64, temperature=temperature))
    drawn = np.concatenate([next(batches)[1] for _ in range(30)])
    assert np.mean(drawn[:, 0] >= 0) == pytest.approx(share, abs=0.03)


def test_crops_lie_within_the_clip_and_short_clips_repeat() -> None:
    clip = np.arange(300.0)[:, None] * np.ones((1, 64))
    firsts = set()
    for seed in range(50):
        piece = crop(clip, 62, np.random.default_rng(seed))
        np.testing.assert_array_equal(np.diff(piece[:, 0]), 1)
        firsts.add(piece[0, 0])
    assert len(firsts) > 30
    piece = crop(clip[:5], 12, np.random.default_rng(0))
    np.testing.assert_array_equal(np.diff(piece[:, 0]) % 5, 1)
    assert crop(clip[:62], 62, np.random.default_rng(0)).shape == (62, 64)


def test_some_crops_stay_and_none_falls_below_the_floor() -> None:
    image = np.random.default_rng(0).normal(-3, 2, (400, 62, 64)).clip(np.log(FLOOR)).astype("float32")
    changed = disturb_frames(image.copy(), np.random.default_rng(1))
    assert np.isfinite(changed).all()
    assert changed.min() >= np.log(FLOOR) - 1e-4
    # Untouched are those that drew no filter (1/2), neighbour (.7), shift (.7), and at most an empty mask (1/2 each).
    same = np.isclose(changed, image, atol=1e-3).all(axis=(1, 2)).mean()
    assert 0.03 < same < 0.12


def test_a_filter_is_at_most_six_decibels() -> None:
    # The same in all bins and frames, so that a shift or a mask changes nothing but what a filter left.
    image = np.full((200, 30, 64), 2.0, "float32")
    changed = disturb_frames(image.copy(), np.random.default_rng(0))
    gain = 10 / np.log(10) * (changed - 2)
    # A neighbour adds at most 5 dB less than the clip: 1.2 dB.
    assert -6.1 < gain.min() < -3
    assert 3 < gain.max() < 7.3


def test_a_batch_of_one_and_of_silence_pass() -> None:
    silence = np.full((1, 62, 64), np.log(FLOOR), "float32")
    for seed in range(20):
        changed = disturb_frames(silence.copy(), np.random.default_rng(seed))
        np.testing.assert_allclose(changed, np.log(FLOOR), atol=1e-3)
