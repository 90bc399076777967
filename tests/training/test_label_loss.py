from __future__ import annotations

import keras
import numpy as np
import pytest
from scipy import special, stats
from sklearn.metrics import log_loss

from autospeech.training.label_loss import LabelLoss

LOGITS = np.random.default_rng(0).normal(size=(20, 4))


def test_one_label_a_clip_is_categorical_cross_entropy() -> None:
    labels = np.eye(4)[np.arange(20) % 4]
    expected = log_loss(labels.argmax(axis=1), special.softmax(LOGITS, axis=1))
    assert float(LabelLoss()(labels, LOGITS)) == pytest.approx(expected, rel=1e-5)


def test_several_labels_a_clip_are_binary_cross_entropy() -> None:
    labels = (np.random.default_rng(1).random((20, 4)) > 0.5).astype(float)
    probabilities = special.expit(LOGITS)
    expected = np.mean([log_loss(labels[:, k], probabilities[:, k], labels=[0, 1]) for k in range(4)])
    loss = LabelLoss()
    loss.set_multi_label(True)
    assert float(loss(labels, LOGITS)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("multi_label", [False, True])
def test_smoothed_labels_are_the_loss_of_softer_ones(multi_label: bool) -> None:
    labels = np.eye(4)[np.arange(20) % 4]
    softer = 0.9 * labels + (0.05 if multi_label else 0.1 / 4)
    plain, smooth = LabelLoss(multi_label), LabelLoss(multi_label, label_smoothing=0.1)
    assert float(smooth(labels, LOGITS)) == pytest.approx(float(plain(softer, LOGITS)), rel=1e-5)


def test_the_divergence_is_scipys_of_mixed_labels() -> None:
    labels = np.random.default_rng(2).dirichlet(np.ones(4), 20)
    labels[:4] = np.eye(4)
    expected = stats.entropy(labels, special.softmax(LOGITS, axis=1), axis=1).mean()
    assert float(LabelLoss(divergence=True)(labels, LOGITS)) == pytest.approx(expected, rel=1e-5)


def test_the_divergence_of_several_labels_is_scipys_of_each() -> None:
    labels = np.random.default_rng(2).random((20, 4))
    labels[:4] = np.eye(4)
    present, predicted = np.stack([labels, 1 - labels]), special.expit(np.stack([LOGITS, -LOGITS]))
    expected = stats.entropy(present, predicted, axis=0).mean()
    assert float(LabelLoss(True, divergence=True)(labels, LOGITS)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_divergence_of_smoothed_labels_is_that_of_softer_ones(multi_label: bool) -> None:
    labels = np.eye(4)[np.arange(20) % 4]
    softer = 0.9 * labels + (0.05 if multi_label else 0.1 / 4)
    plain, smooth = (LabelLoss(multi_label, smoothing, divergence=True) for smoothing in (0.0, 0.1))
    assert float(smooth(labels, LOGITS)) == pytest.approx(float(plain(softer, LOGITS)), rel=1e-4)


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_divergence_trains_as_cross_entropy_does(multi_label: bool) -> None:
    labels = np.random.default_rng(2).dirichlet(np.ones(4), 20)
    learnt = []
    for divergence in (False, True):
        network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, kernel_initializer="zeros")])
        network.compile(keras.optimizers.SGD(1.0), LabelLoss(multi_label, divergence=divergence), jit_compile=False)
        network.train_on_batch(LOGITS, labels)
        learnt.append(network.get_weights())
    for one, other in zip(*learnt, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
