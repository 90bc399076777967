from __future__ import annotations

import gc
from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from autospeech.learners.clip_views import ClipViews
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.network import NetworkLearner
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.on_one_device import on_one_device
from autospeech.learners.task import Task
from autospeech.learners.waveform_network import WaveformNetwork
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings


def graphs() -> int:
    gc.collect()
    # Asked for its class, a weak reference to what is gone raises.
    return sum(issubclass(type(found), tf.Graph) for found in gc.get_objects())


def trained(optimizer: keras.optimizers.Optimizer) -> np.ndarray:
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    network.compile(optimizer, "mse", jit_compile=False)
    for _ in range(3):
        network.train_on_batch(np.eye(2), np.zeros((2, 1)))
    return network.get_weights()[0]


def test_a_step_is_the_same_and_keeps_no_graph() -> None:
    trained(on_one_device(keras.optimizers.Adam(0.1)))  # what Keras keeps once a process
    before = graphs()
    here = trained(on_one_device(keras.optimizers.Adam(0.1)))
    assert graphs() == before
    np.testing.assert_array_equal(here, trained(keras.optimizers.Adam(0.1)))


def folds() -> None:
    settings = FoldNetworksSettings(batch=4, crops=1)
    FoldNetworks(EncoderSource(ClipViews(), settings), 0.1, settings).warm_up(Task(2, 3))


def kon() -> None:
    NetworkLearner(NetworkSettings(seconds=2.5, warm_start=None, crops=1)).warm_up(Task(2))


def waveforms(optimizer: str) -> None:
    settings = WaveformNetworkSettings(network="m5-32", batch=4, seconds=0.25, optimizer=optimizer)
    WaveformNetwork(settings).warm_up(Task(2))


@pytest.mark.slow
@pytest.mark.parametrize("train", [folds, kon, lambda: waveforms("adam"), lambda: waveforms("sgd")])
def test_a_network_that_is_gone_leaves_no_graph(train: Callable[[], None]) -> None:
    train()  # what Keras keeps once a process
    before = graphs()
    train()
    assert graphs() == before
