from __future__ import annotations

import keras
import numpy as np
import pytest

from autospeech.augment.random_crop import RandomCrop

IMAGES = np.random.default_rng(0).normal(size=(4, 157, 64, 1)).astype("float32")


def test_cuts_each_image_at_its_own_start() -> None:
    starts = [0, 1, 50, 93]
    crops, labels = RandomCrop(64).apply(IMAGES, "labels", np.array(starts))
    assert labels == "labels"
    for image, crop, start in zip(IMAGES, np.asarray(crops), starts, strict=True):
        np.testing.assert_array_equal(crop, image[start : start + 64])


def test_starts_reach_both_ends_and_nothing_beyond() -> None:
    starts = np.asarray(RandomCrop(64).draw((5000, 70, 64, 1), keras.random.SeedGenerator(0)))
    assert sorted(set(starts.tolist())) == list(range(7))


def test_an_image_as_long_as_the_crop_stays() -> None:
    crops, _ = RandomCrop(157)(IMAGES, None, keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(crops, IMAGES)


def test_a_seed_gives_the_same_crops() -> None:
    first, second = (RandomCrop(64)(IMAGES, None, keras.random.SeedGenerator(3))[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_too_short_an_image_is_refused() -> None:
    with pytest.raises(ValueError, match=r"157 frames .* 158"):
        RandomCrop(158)(IMAGES, None, keras.random.SeedGenerator(0))


def test_no_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="0"):
        RandomCrop(0)
