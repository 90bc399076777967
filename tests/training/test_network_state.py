from __future__ import annotations

import keras
import numpy as np

from autospeech.training.network_state import NetworkState


def test_training_goes_on_as_if_nothing_had_been_in_between() -> None:
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
    network = keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization(), keras.layers.Dense(2)])
    network.compile(keras.optimizers.Adam(0.1), "mse", jit_compile=False)
    network.optimizer.build(network.trainable_variables)
    network.train_on_batch(inputs, targets)
    state = NetworkState.of(network)
    network.train_on_batch(inputs, targets)
    once = network.get_weights()
    state.restore(network)
    network.train_on_batch(inputs, targets)
    for first, second in zip(once, network.get_weights(), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-6)
