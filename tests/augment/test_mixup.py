from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy import stats

from autospeech.augment.mixup import Mixup


def test_mixes_images_and_labels_by_the_same_share() -> None:
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(6, 5, 4, 1)), np.eye(6)
    share = np.array([0.0, 1.0, 0.3])
    mixed, mixed_labels = Mixup().apply(images, labels, share)
    for pair in range(3):
        np.testing.assert_allclose(mixed[pair], share[pair] * images[pair] + (1 - share[pair]) * images[pair + 3])
        np.testing.assert_allclose(
            mixed_labels[pair], share[pair] * labels[pair] + (1 - share[pair]) * labels[pair + 3]
        )


def test_shares_follow_the_beta_distribution() -> None:
    shares = np.asarray(Mixup(0.2).draw((8000, 1, 1, 1), keras.random.SeedGenerator(0)), "float64")
    assert shares.shape == (4000,)
    assert stats.kstest(np.clip(shares, 1e-12, 1 - 1e-12), stats.beta(0.2, 0.2).cdf).pvalue > 0.001


def test_odd_batches_and_no_alpha_are_refused() -> None:
    with pytest.raises(ValueError, match="even"):
        Mixup()(np.zeros((3, 1, 1, 1)), np.eye(3), keras.random.SeedGenerator(0))
    with pytest.raises(ValueError, match="alpha"):
        Mixup(0)
