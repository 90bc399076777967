"""Validation checkpointing in memory."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from autospeech.training.validation_score import ValidationScore


class BestWeights:
    """Keep the weights of the best validated state of a network.

    Args:
        network: The network.

    Attributes:
        score: Of the kept state; None before the first.

    Example:
        >>> network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> best = BestWeights(network)
        >>> best.update(ValidationScore(0.9, -1.0)).auc, best.update(ValidationScore(0.8, -0.5)).auc
        (0.9, 0.9)
    """

    def __init__(self, network: keras.Model) -> None:
        self.score: ValidationScore | None = None
        self._network = network
        self._weights: list[Any] | None = None

    def update(self, score: ValidationScore) -> ValidationScore:
        """Keep the present weights if their score is the best so far, and return the best."""
        if self.score is None or score > self.score:
            self.score = score
            self._weights = self._copy()
        return self.score

    def swap(self) -> None:
        """Exchange the network's weights with the kept ones, if there are any; a second call brings them back."""
        if self._weights is not None:
            present = self._copy()
            self._network.set_weights(self._weights)
            self._weights = present

    def _copy(self) -> list[Any]:
        return [np.array(values) for values in self._network.get_weights()]
