from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from autospeech.statistics.standardizer import Standardizer


def vectors(seed: int, clips: int, scale: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(clips, 7)) * scale * np.arange(1, 8) + 10 * np.arange(7)).astype("float32")


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_by_training_equals_scikit_learn_up_to_the_clipping(scale: float) -> None:
    train, asked = vectors(0, 200, scale), vectors(1, 50, 2 * scale)
    expected = np.clip(StandardScaler().fit(train.astype("float64")).transform(asked), -4, 4)
    got = Standardizer(train).by_training(asked)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, atol=0.05 if scale < 1 else 1e-4)


def test_by_themselves_is_by_the_set_when_it_is_large() -> None:
    train, asked = vectors(0, 200), vectors(1, 20_000, 3) + 5
    expected = np.clip(StandardScaler().fit_transform(asked.astype("float64")), -4, 4)
    np.testing.assert_allclose(Standardizer(train).by_themselves(asked), expected, atol=0.02)


def test_by_themselves_leans_on_the_training_when_it_is_small() -> None:
    standardizer = Standardizer(vectors(0, 200))
    # One clip is the whole set: at 20 to 1 it is nearly where training clips put it.
    asked = vectors(1, 1)
    np.testing.assert_allclose(standardizer.by_themselves(asked), standardizer.by_training(asked), atol=0.25)
    # Twenty clips count as much as the training: half way.
    shifted = np.repeat(vectors(0, 200).mean(axis=0)[None] + 2 * vectors(0, 200).std(axis=0), 20, axis=0)
    half = (shifted - (shifted[0] + vectors(0, 200).mean(axis=0)) / 2) / (vectors(0, 200).std(axis=0) * np.sqrt(0.5))
    np.testing.assert_allclose(standardizer.by_themselves(shifted), half, atol=1e-3)


@pytest.mark.parametrize("value", [0.0, 0.1, -7.824046, 1e4, 1e-30])
@pytest.mark.parametrize("clips", [1, 3, 60_000])
def test_numbers_that_never_vary_become_0(value: float, clips: int) -> None:
    constant = np.full((clips, 3), value, "float32")
    standardizer = Standardizer(constant)
    assert not standardizer.by_training(constant + np.float32(1)).any()
    assert not standardizer.by_themselves(constant).any()


def test_what_varies_in_the_set_alone_is_standardised_by_it() -> None:
    standardizer = Standardizer(np.full((5, 1), 0.1, "float32"))
    asked = np.tile([[0.0], [0.2]], (5000, 1)).astype("float32")
    np.testing.assert_allclose(np.abs(standardizer.by_themselves(asked)), 1, atol=0.01)


def test_no_clips_and_no_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        standardizer = Standardizer(vectors(0, 1))
        assert standardizer.by_training(vectors(0, 0)).shape == (0, 7)
        assert standardizer.by_themselves(vectors(0, 0)).shape == (0, 7)


def test_the_vectors_given_are_left_as_they_are() -> None:
    train, asked = vectors(0, 30), vectors(1, 30)
    before = train.copy(), asked.copy()
    standardizer = Standardizer(train)
    standardizer.by_training(asked)
    standardizer.by_themselves(asked)
    np.testing.assert_array_equal(train, before[0])
    np.testing.assert_array_equal(asked, before[1])


def test_weights_multiply_what_is_standardised() -> None:
    train, asked = vectors(0, 200), vectors(1, 50)
    weights = np.linspace(0, 2, 7, dtype="float32")
    plain, weighted = Standardizer(train), Standardizer(train, weights)
    np.testing.assert_allclose(weighted.by_training(asked), plain.by_training(asked) * weights, rtol=1e-6)
    np.testing.assert_allclose(weighted.by_themselves(asked), plain.by_themselves(asked) * weights, rtol=1e-6)
