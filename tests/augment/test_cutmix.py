from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy import stats

from autospeech.augment.cutmix import CutMix

PAIRS, FRAMES, BINS = 1000, 64, 40


def _masks(cutmix: CutMix) -> tuple[np.ndarray, np.ndarray]:
    images = np.concatenate([np.ones((PAIRS, FRAMES, BINS, 1)), np.zeros((PAIRS, FRAMES, BINS, 1))]).astype("float32")
    labels = np.repeat(np.eye(2, dtype="float32"), PAIRS, axis=0)
    mixed, mixed_labels = cutmix(images, labels, keras.random.SeedGenerator(1))
    return np.asarray(mixed)[..., 0] == 0, np.asarray(mixed_labels)


def test_labels_mix_by_the_share_of_each() -> None:
    masks, labels = _masks(CutMix())
    np.testing.assert_allclose(labels[:, 1], masks.mean(axis=(1, 2)), atol=1e-6)
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-6)


def test_masks_are_boxes_anywhere() -> None:
    masks, _ = _masks(CutMix())
    frames, bins = masks.any(axis=2), masks.any(axis=1)
    np.testing.assert_array_equal(masks, frames[:, :, None] & bins[:, None, :])
    for sides in (frames, bins):
        edges = np.diff(np.pad(sides, ((0, 0), (1, 1))).astype(int), axis=1)
        assert (edges == 1).sum(axis=1).max() == 1
        assert sides.any(axis=0).all()


def test_areas_are_distributed_as_the_share() -> None:
    top, bottom, left, right = (
        np.asarray(end) for end in CutMix(0.5).draw((40000, 100, 100, 1), keras.random.SeedGenerator(2))
    )
    inside = (top > 0) & (bottom < 100) & (left > 0) & (right < 100)
    high, wide = (bottom - top)[inside] / 100, (right - left)[inside] / 100
    area = high * wide
    # A box of such sides is all inside with a chance of (1 - high)(1 - wide).
    weights = 1 / ((1 - high) * (1 - wide)) * (area < 0.5)
    beta = stats.beta(0.5, 0.5)
    expected = (beta.cdf(0.5) - beta.cdf(0.1)) / beta.cdf(0.5)
    assert np.average(area > 0.1, weights=weights) == pytest.approx(expected, abs=0.03)


def test_an_odd_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="even, not 3"):
        CutMix()(np.ones((3, 4, 4, 1)), np.ones((3, 2)), keras.random.SeedGenerator(0))


@pytest.mark.parametrize("alpha", [0.0, -1.0, float("nan")])
def test_wrong_arguments_are_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha must be above 0"):
        CutMix(alpha)
