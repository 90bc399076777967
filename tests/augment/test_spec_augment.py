from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from autospeech.augment.spec_augment import SpecAugment


def _random(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_masks_are_whole_bands_as_wide_as_allowed() -> None:
    images, labels = SpecAugment(warp=0.0)(
        np.ones((2000, 50, 40, 1), "float32"), np.ones((2000, 2)), keras.random.SeedGenerator(0)
    )
    masks = np.asarray(images)[..., 0] == 0
    frames, bins = masks.all(axis=2), masks.all(axis=1)
    np.testing.assert_array_equal(masks, frames[:, :, None] | bins[:, None, :])
    assert frames.sum(axis=1).max() == 20
    assert bins.sum(axis=1).max() == 16
    assert frames.any(axis=0).all()
    assert bins.any(axis=0).all()
    np.testing.assert_array_equal(labels, 1)


def test_warp_is_numpys_interpolation() -> None:
    augmentation = SpecAugment(0.2, 0, 0.0, 0, 0.0)
    images = _random((5, 30, 4, 1))
    drawn = augmentation.draw(images.shape, keras.random.SeedGenerator(1))
    warped, _ = augmentation.apply(images, np.ones((5, 1)), drawn)
    for image, result, centre, moved in zip(images, np.asarray(warped), *map(np.asarray, drawn[:2]), strict=True):
        assert abs(moved - centre) <= 0.2 * 29
        read = np.interp(np.arange(30), [0, moved, 29], [0, centre, 29])
        for bin_ in range(4):
            expected = np.interp(read, np.arange(30), image[:, bin_, 0])
            np.testing.assert_allclose(result[:, bin_, 0], expected, atol=1e-4)


def test_nothing_asked_for_changes_nothing() -> None:
    images = _random((3, 7, 5, 2))
    same, _ = SpecAugment(0, 0, 0, 0, 0)(images, np.ones((3, 1)), keras.random.SeedGenerator(0))
    np.testing.assert_array_equal(same, images)


def test_a_clip_alone_is_as_in_a_batch() -> None:
    images = _random((4, 20, 8, 1))
    augmentation = SpecAugment()
    drawn = augmentation.draw(images.shape, keras.random.SeedGenerator(0))
    together, _ = augmentation.apply(images, np.ones((4, 1)), drawn)
    one = tf.nest.map_structure(lambda values: values[2:3], drawn)
    np.testing.assert_allclose(augmentation.apply(images[2:3], np.ones((1, 1)), one)[0], together[2:3], atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 2, 3, 1)])
def test_masks_wider_than_the_image_take_all_of_it_at_most(shape: tuple[int, ...]) -> None:
    images, _ = SpecAugment(0.4, 3, 1.0, 3, 1.0)(
        np.ones(shape, "float32"), np.ones((1, 1)), keras.random.SeedGenerator(0)
    )
    assert np.isfinite(images).all()
    assert tuple(images.shape) == shape


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widest_time": 1.1}, "widest_time is a share .* 1.1"),
        ({"warp": 0.5}, "below 0.5, not 0.5"),
        ({"time_masks": -1}, "not below 0, not -1"),
        ({"frequency_masks": 1.5}, "whole number"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpecAugment(**arguments)
