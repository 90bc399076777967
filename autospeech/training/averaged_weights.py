"""Predicting with the exponential moving average of the weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras


@contextmanager
def averaged_weights(network: keras.Model) -> Iterator[None]:
    """Give a network the moving average of its weights, and its own weights back at the end.

    The optimizer keeps the average, if it was made with `use_ema=True`; with another, nothing is done. What is no
    trainable weight, such as the statistics of batch normalisation, stays as it is. Keras exchanges the two by sums, so
    that the last digit may change.

    Args:
        network: Compiled.

    Example:
        >>> import numpy as np
        >>> network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        >>> network.compile(keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.5), "mse")
        >>> one, two = np.ones((1, 1)), np.full((1, 1), 2.0)
        >>> network.set_weights([np.zeros((1, 1))])
        >>> for _ in range(2):  # the weight goes from 0 to 4 and back
        ...     _ = network.train_on_batch(one, two)
        >>> with averaged_weights(network):
        ...     print(float(network.get_weights()[0][0, 0]))
        2.0
        >>> float(network.get_weights()[0][0, 0])
        0.0

    References:
        Polyak, Juditsky (1992): Acceleration of stochastic approximation by averaging.
    """
    # Before the first step there is no average yet.
    if not network.optimizer.use_ema or not int(network.optimizer.iterations):
        yield
        return
    swap = keras.callbacks.SwapEMAWeights()
    swap.set_model(network)
    # Not on_predict_begin and on_predict_end: the latter forgets to swap back (Keras 3.13).
    swap.on_test_begin()
    try:
        yield
    finally:
        swap.on_test_end()
