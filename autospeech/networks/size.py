"""How large a network is."""

from __future__ import annotations

import math

import keras


def trainable_parameters(network: keras.Model) -> int:
    """Count the weights that training changes; `count_params` would add the moving statistics of normalisations.

    Args:
        network: A built model.

    Example:
        >>> network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
        >>> trainable_parameters(network)
        12
    """
    return sum(math.prod(weight.shape) for weight in network.trainable_weights)


def multiply_adds(network: keras.Model) -> int:
    """Count the multiplications, each with its addition, for one input.

    Counted are the kernels of all convolutions, 1x1 convolutions on shortcuts too, and of all dense layers. Biases,
    normalisations, activations, pooling and the sums of residual blocks take little beside them and are not counted.
    That is how Verbitskiy (2020) counts: 47.137e9 for RANN-8x4-6 with 527 classes on 1024 frames of 128 mel bins.

    Args:
        network: A functional model, without models inside, whose input shape is all known.

    Raises:
        ValueError: An axis of the input is open, so that the count is too.

    Example:
        >>> image = keras.Input((8, 8, 1))
        >>> multiply_adds(keras.Model(image, keras.layers.Conv2D(4, 3, padding="same")(image)))
        2304
    """
    if None in network.input_shape[1:]:
        raise ValueError(f"the input shape {network.input_shape} has an open axis; build the network with a known one")
    return sum(
        math.prod(layer.output.shape[1:-1]) * math.prod(layer.kernel.shape)
        for layer in network.layers
        if hasattr(layer, "kernel")
    )
