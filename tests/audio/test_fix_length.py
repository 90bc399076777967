"""Cropping and repeating."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.fix_length import batch_clips, fix_length


@pytest.mark.parametrize("length", [1, 2, 3, 99, 100, 101, 1000])
@pytest.mark.parametrize("samples", [1, 3, 100])
def test_crop_or_repeat(length: int, samples: int) -> None:
    clip = np.arange(length, dtype=np.float32)
    fixed = fix_length(clip, samples)
    assert fixed.dtype == np.float32
    np.testing.assert_array_equal(fixed, np.arange(samples) % length)


def test_a_clip_of_that_length_is_itself() -> None:
    clip = np.zeros(16000, np.float32)
    assert fix_length(clip, 16000) is clip


def test_an_empty_clip_is_silence() -> None:
    np.testing.assert_array_equal(fix_length(np.zeros(0, np.float32), 4), np.zeros(4))


@pytest.mark.parametrize("samples", [0, -1])
def test_lengths_below_one_are_refused(samples: int) -> None:
    with pytest.raises(ValueError, match=f"samples is {samples}"):
        fix_length(np.zeros(3, np.float32), samples)


def test_a_batch_cleans_each_clip_by_itself() -> None:
    clips = [np.array([[16384, -16384]], np.int16), [np.nan], np.zeros(0), np.array([0.1, 0.2, 0.3, 0.4]), 0.5]
    batch = batch_clips(clips, 3)
    assert batch.dtype == np.float32
    expected = [[0.5, -0.5, 0.5], [0, 0, 0], [0, 0, 0], [0.1, 0.2, 0.3], [0.5, 0.5, 0.5]]
    np.testing.assert_array_equal(batch, np.array(expected, np.float32))
    assert batch_clips([], 3).shape == (0, 3)
