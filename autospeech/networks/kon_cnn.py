"""Kon's convolutional network, the AutoSpeech 2019 competition's sample architecture."""

from __future__ import annotations

import keras
from keras import layers

MAX_BLOCKS = 5
HEAD = "logits"


def kon_cnn(image_shape: tuple[int, int, int], classes: int, *, seed: int = 0) -> keras.Model:
    """Build Kon's network.

    Up to five blocks of [3x3 convolution with 64 channels, ReLU, batch normalisation, 2x2 max pooling], as many as
    leave both sides of the image at 2 or more, then a hidden layer of 64 units with dropout.

    Args:
        image_shape: `(frames, bins, channels)` of the images, each side at least 4.
        classes: How many classes, at least 1.
        seed: Seeds the initial weights and the dropout.

    Returns:
        A model from `(batch, frames, bins, channels)` to logits `(batch, classes)`. All layers but the last, named
        `HEAD`, have the same weights for any number of classes.

    Raises:
        ValueError: The image is too small for a block, or there is no class.

    Example:
        >>> kon_cnn((64, 64, 1), 10).count_params()
        166730

    References:
        Kon (NS Solutions), AutoSpeech 2019, third place, NeurIPS 2019 AutoDL workshop.
    """
    blocks = min(MAX_BLOCKS, min(image_shape[:2]).bit_length() - 2)
    if blocks < 1:
        raise ValueError(
            f"an image of {image_shape[0]} frames x {image_shape[1]} bins is too small: each side must be at least 4"
        )
    if classes < 1:
        raise ValueError(f"classes must be at least 1, not {classes}")
    seeds = iter(range(seed * 100, seed * 100 + 100))
    image = keras.Input(image_shape, name="image")
    x = image
    for _ in range(blocks):
        x = layers.Conv2D(64, 3, padding="same", kernel_initializer=keras.initializers.GlorotUniform(next(seeds)))(x)
        x = layers.ReLU()(x)
        x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)))(x)
    x = layers.Dropout(0.5, seed=next(seeds))(x)
    x = layers.ReLU()(x)
    logits = layers.Dense(classes, kernel_initializer=keras.initializers.GlorotUniform(next(seeds)), name=HEAD)(x)
    return keras.Model(image, logits, name="kon_cnn")
