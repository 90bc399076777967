from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from check_layer import check_layer

from autospeech.features.standardize import Standardize


def test_each_image_has_mean_0_and_deviation_1(tmp_path: Path) -> None:
    images = np.random.default_rng(0).normal(-40, 20, (3, 157, 64, 1)).astype("float32")
    outputs = check_layer(Standardize(), images, tmp_path)
    np.testing.assert_allclose(outputs.mean(axis=(1, 2, 3)), 0, atol=1e-4)
    np.testing.assert_allclose(outputs.std(axis=(1, 2, 3)), 1, atol=1e-4)


def test_silence_becomes_zeros() -> None:
    np.testing.assert_array_equal(Standardize()(np.full((1, 5, 4, 1), -100, "float32")), 0)


def test_epsilon_must_be_positive() -> None:
    with pytest.raises(ValueError, match="epsilon"):
        Standardize(epsilon=0)
