from __future__ import annotations

import keras
import numpy as np
import pytest

from autospeech.training.averaged_weights import averaged_weights


def trained(**ema: float) -> tuple[keras.Model, list[np.ndarray]]:
    """Train for some steps; return the network and its kernel after each."""
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    network.compile(keras.optimizers.Adam(0.1, **ema), "mse")
    rng = np.random.default_rng(0)
    seen = []
    for _ in range(6):
        network.train_on_batch(rng.normal(size=(8, 3)), rng.normal(size=(8, 2)))
        seen.append(network.get_weights()[0])
    return network, seen


def test_the_average_is_that_of_the_steps() -> None:
    network, seen = trained(use_ema=True, ema_momentum=0.8)
    expected = seen[0]
    for kernel in seen[1:]:
        expected = 0.8 * expected + 0.2 * kernel
    own = network.get_weights()
    with averaged_weights(network):
        np.testing.assert_allclose(network.get_weights()[0], expected, rtol=1e-5)
        np.testing.assert_array_equal(network.get_weights()[-1], own[-1])
    for now, before in zip(network.get_weights(), own, strict=True):
        np.testing.assert_allclose(now, before, atol=1e-6)


def test_a_failure_inside_brings_the_weights_back() -> None:
    network, seen = trained(use_ema=True, ema_momentum=0.8)
    with pytest.raises(RuntimeError), averaged_weights(network):
        raise RuntimeError
    np.testing.assert_allclose(network.get_weights()[0], seen[-1], atol=1e-6)


def test_without_an_average_nothing_changes() -> None:
    network, seen = trained()
    with averaged_weights(network):
        np.testing.assert_array_equal(network.get_weights()[0], seen[-1])
    fresh = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    fresh.compile(keras.optimizers.Adam(use_ema=True), "mse")
    before = fresh.get_weights()[0]
    with averaged_weights(fresh):
        np.testing.assert_array_equal(fresh.get_weights()[0], before)
