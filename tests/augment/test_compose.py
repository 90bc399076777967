from __future__ import annotations

import keras
import numpy as np
import pytest

from autospeech.augment.compose import Compose
from autospeech.augment.cutout import Cutout
from autospeech.augment.mixup import Mixup
from autospeech.augment.random_crop import RandomCrop
from autospeech.augment.specmix import SpecMix
from autospeech.augment.speed import Speed

IMAGES = np.random.default_rng(0).normal(size=(8, 40, 16, 1)).astype("float32")
LABELS = np.eye(8, dtype="float32")


def test_is_one_after_the_other() -> None:
    parts = [Speed(), RandomCrop(20), Cutout(), SpecMix()]
    whole = Compose(parts)(IMAGES, LABELS, keras.random.SeedGenerator(5))
    seeds = keras.random.SeedGenerator(5)
    batch = IMAGES, LABELS
    drawn = []
    for part in parts:
        drawn.append(part.draw(tuple(batch[0].shape), seeds))
        batch = part.apply(*batch, drawn[-1])
    for one, other in zip(whole, batch, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_tells_the_shape_and_the_length_beforehand() -> None:
    both = Compose([Speed(), Mixup(), SpecMix()])
    assert both.clips_each == 4
    images, labels = both(IMAGES, LABELS, keras.random.SeedGenerator(0))
    assert both.shape_after(IMAGES.shape) == tuple(images.shape)
    assert labels.shape == (2, 8)
    assert both.shape_after((8, both.needed(25), 16, 1))[1] == 25


def test_none_at_all_changes_nothing() -> None:
    images, labels = Compose([])(IMAGES, LABELS, keras.random.SeedGenerator(0))
    assert images is IMAGES
    assert labels is LABELS


def test_mixing_more_clips_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="even, not 1"):
        Compose([Mixup(), SpecMix()])(IMAGES[:2], LABELS[:2], keras.random.SeedGenerator(0))
