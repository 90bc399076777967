from __future__ import annotations

import keras
import numpy as np

from autospeech.training.best_weights import BestWeights
from autospeech.training.validation_score import ValidationScore


def test_the_best_state_answers_and_training_goes_on_from_the_last() -> None:
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    best = BestWeights(network)
    best.swap()
    for weight, auc in [(1.0, 0.7), (2.0, 0.9), (3.0, 0.8)]:
        network.set_weights([np.full((1, 1), weight)])
        best.update(ValidationScore(auc, -1.0))
    best.swap()
    assert network.get_weights()[0].item() == 2
    best.swap()
    assert network.get_weights()[0].item() == 3
    assert best.score == ValidationScore(0.9, -1.0)
