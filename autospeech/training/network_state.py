"""All that training changes in a compiled network, to go on from later."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np
import numpy.typing as npt

Arrays = list[npt.NDArray[Any]]


class NetworkState(NamedTuple):
    """Weights of a network, and its optimizer's variables.

    Attributes:
        weights: As `keras.Model.get_weights` gives them.
        optimizer: As they stand in `optimizer.variables`.

    Example:
        >>> network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> network.compile("adam", "mse")
        >>> network.optimizer.build(network.trainable_variables)
        >>> state = NetworkState.of(network)
        >>> _ = network.train_on_batch(np.ones((1, 1)), np.ones((1, 1)))
        >>> int(network.optimizer.iterations), state.restore(network), int(network.optimizer.iterations)
        (1, None, 0)
    """

    weights: Arrays
    optimizer: Arrays

    @classmethod
    def of(cls, network: keras.Model) -> NetworkState:
        """Copy the state of a network whose optimizer is built."""
        return cls(
            [np.array(values) for values in network.get_weights()],
            [np.array(variable) for variable in network.optimizer.variables],
        )

    def restore(self, network: keras.Model) -> None:
        """Bring a network back to this state."""
        network.set_weights(self.weights)
        for variable, value in zip(network.optimizer.variables, self.optimizer, strict=True):
            variable.assign(value)
