from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from autospeech.augment.specmix import SpecMix

PAIRS, FRAMES, BINS = 1000, 61, 40


def _masks(specmix: SpecMix) -> tuple[np.ndarray, np.ndarray]:
    """Return which values come from the second clip of each pair, and the labels, of pairs of ones and zeros."""
    images = np.concatenate([np.ones((PAIRS, FRAMES, BINS, 1)), np.zeros((PAIRS, FRAMES, BINS, 1))]).astype("float32")
    labels = np.repeat(np.eye(2, dtype="float32"), PAIRS, axis=0)
    mixed, mixed_labels = specmix(images, labels, keras.random.SeedGenerator(1))
    return np.asarray(mixed)[..., 0] == 0, np.asarray(mixed_labels)


@pytest.mark.parametrize("gamma", [0.3, None])
def test_labels_mix_by_the_share_of_each(gamma: float | None) -> None:
    masks, labels = _masks(SpecMix(gamma))
    np.testing.assert_allclose(labels[:, 1], masks.mean(axis=(1, 2)), atol=1e-6)
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-6)
    assert np.unique(labels[:, 1]).size > 100


@pytest.mark.parametrize("gamma", [0.3, None])
def test_masks_are_whole_bands_and_no_more_than_three_each_way(gamma: float | None) -> None:
    masks, _ = _masks(SpecMix(gamma))
    frames, bins = masks.all(axis=2), masks.all(axis=1)
    np.testing.assert_array_equal(masks, frames[:, :, None] | bins[:, None, :])
    for bands in (frames, bins):
        edges = np.diff(np.pad(bands, ((0, 0), (1, 1))).astype(int), axis=1)
        assert (edges == 1).sum(axis=1).max() == 3


def test_each_band_is_gamma_wide() -> None:
    frames, bins = SpecMix(0.3).draw((2 * PAIRS, FRAMES, BINS, 1), keras.random.SeedGenerator(0))
    for (starts, widths), length in ((frames, FRAMES), (bins, BINS)):
        starts, widths = np.asarray(starts), np.asarray(widths)
        assert set(np.unique(widths)) == {0, int(0.3 * length)}
        assert starts.min() == 0
        assert (starts + widths).max() == length
        assert np.bincount((widths > 0).sum(axis=1)).min() > PAIRS / 5


def _replaced(gamma: float | None, bands: int, draws: int = 4000) -> float:
    """Return the mean share that is replaced, drawn as in the authors' code: bands of int(gamma * axis)."""
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(draws):
        ratio = rng.random() if gamma is None else gamma
        kept = []
        for length in (FRAMES, BINS):
            mask, width = np.ones(length), int(length * ratio)
            for _ in range(rng.integers(bands + 1)):
                start = rng.integers(0, int((1 - ratio) * length) + 1)
                mask[start : start + width] = 0
            kept.append(mask.mean())
        shares.append(1 - kept[0] * kept[1])
    return float(np.mean(shares))


@pytest.mark.parametrize(
    ("gamma", "bands", "mean"),
    [
        (0.3, 2, 0.457),  # The authors' code. Of an axis 1, .7 and about .51 is kept with 0, 1 and 2 bands.
        (0.3, 3, 0.580),
        (None, 2, 0.556),
        (None, 3, 0.649),
    ],
)
def test_as_much_is_replaced_as_by_the_authors(gamma: float | None, bands: int, mean: float) -> None:
    masks, _ = _masks(SpecMix(gamma, bands))
    assert masks.mean() == pytest.approx(mean, abs=0.03)
    assert _replaced(gamma, bands) == pytest.approx(mean, abs=0.015)


def test_drawn_gammas_reach_the_whole_image() -> None:
    masks, _ = _masks(SpecMix(None))
    assert masks.mean(axis=(1, 2)).max() > 0.95


def test_gamma_of_0_and_1() -> None:
    assert not _masks(SpecMix(0.0))[0].any()
    assert np.isfinite(_masks(SpecMix(1.0))[1]).all()


def test_images_of_a_single_frame_and_bin() -> None:
    mixed, labels = SpecMix()(np.ones((2, 1, 1, 1), "float32"), np.eye(2), keras.random.SeedGenerator(0))
    assert tuple(mixed.shape) == (1, 1, 1, 1)
    np.testing.assert_allclose(labels, [[1, 0]])


def test_is_the_same_in_a_traced_step() -> None:
    images = np.random.default_rng(0).normal(size=(8, 9, 6, 2)).astype("float32")
    specmix = SpecMix()
    drawn = specmix.draw(images.shape, keras.random.SeedGenerator(3))
    plain = specmix.apply(images, np.eye(8, dtype="float32"), drawn)
    traced = tf.function(specmix.apply)(tf.constant(images), tf.eye(8), drawn)
    for one, other in zip(plain, traced, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"gamma": 1.5}, "1.5"), ({"bands": 0}, "bands must be a whole number"), ({"bands": 2.5}, "not 2.5")],
)
def test_wrong_arguments_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpecMix(**arguments)


def test_an_odd_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="even, not 1"):
        SpecMix()(np.ones((1, 4, 4, 1)), np.ones((1, 2)), keras.random.SeedGenerator(0))
