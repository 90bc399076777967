from __future__ import annotations

import numpy as np
import pytest
from scipy import special
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
