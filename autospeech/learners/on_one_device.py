"""Optimizers that leave nothing behind in TensorFlow when their network is gone."""

from __future__ import annotations

from typing import Any

import keras


def on_one_device(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Let an optimizer take its gradients as they are, without a sum over devices.

    Keras 3.13 sums them through `tf.distribute` with one device too. Each trace of a training step then registers a
    gradient function in TensorFlow, which is never removed and keeps the whole graph: about 14 MB a network that has
    been trained. Where `tf.distribute` does have several replicas, the optimizer is left as it is.

    Args:
        optimizer: Before its first step.

    Returns:
        The same optimizer.

    Example:
        >>> optimizer = on_one_device(keras.optimizers.SGD(0.5))
        >>> weight = keras.Variable(1.0)
        >>> optimizer.build([weight])
        >>> optimizer.apply([keras.ops.ones(())])
        >>> float(weight)
        0.5
    """
    import tensorflow as tf

    if tf.distribute.get_strategy().num_replicas_in_sync == 1:
        changed: Any = optimizer
        changed._all_reduce_sum_gradients = list
    return optimizer
