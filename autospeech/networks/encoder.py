"""A small convolutional trunk whose pooled maps describe any kind of sound, and how it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from autospeech.statistics.log_mel_frames import MELS
from autospeech.statistics.trunk import CENTRE, EPSILON, LEAST_VARIANCE, ROWS, SPREAD, STRIDE, Pooling, Trunk
from autospeech.whole_writing import whole_file

__all__ = ["CENTRE", "SPREAD", "Pooling", "encoder", "encoder_of", "load_encoder", "save_encoder", "with_heads"]

WIDTHS = (32, 64, 96, 128)
# What is pooled over time: maps of which convolution (the first is 1), and how. Early maps tell more of how a thing is
# said, late maps more of who or what it is.
POOLING = ((3, "mean"), (3, "std"), (4, "max"))
# What the heads see while the trunk is trained.
HEAD_POOLING = ((4, "mean"), (4, "max"))
HOW: dict[str, Callable[[keras.KerasTensor], keras.KerasTensor]] = {
    "mean": lambda maps: ops.mean(maps, axis=1),
    "max": lambda maps: ops.max(maps, axis=1),
    "std": lambda maps: ops.sqrt(ops.var(maps, axis=1) + LEAST_VARIANCE),
}


def encoder(
    widths: Sequence[int] = WIDTHS,
    pooling: Pooling = POOLING,
    *,
    frames: int | None = None,
    momentum: float = 0.99,
    seed: int = 0,
) -> keras.Model:
    """Build the trunk.

    Convolutions of stride 2 (the first 5x5, the others 3x3), each followed by batch normalisation and ReLU. The mel
    axis of chosen maps is averaged to four rows, their time axis is pooled, and all that stands side by side.

    Args:
        widths: Channels of each convolution, one to four of them.
        pooling: Which convolution's maps to pool, counted from 1, and how: `mean`, `max` or `std`.
        frames: How many frames the images have; any number if left out.
        momentum: Of the batch normalisations' running statistics.
        seed: Seeds the initial weights.

    Returns:
        A model from log-mel frames `(batch, frames, 64, 1)`, as `LogMelFrames` computes them, 16 frames or more, to
        embeddings `(batch, numbers)`.

    Raises:
        ValueError: There is no convolution or too many, or none of the number or no pooling of the name.

    Example:
        >>> model = encoder()
        >>> model.count_params(), model.output_shape
        (186400, (None, 1280))
    """
    if not 1 <= len(widths) <= 4:
        raise ValueError(f"widths must name one to four convolutions, not {list(widths)}")
    if not pooling or any(how not in HOW or not 1 <= block <= len(widths) for block, how in pooling):
        raise ValueError(
            f"pooling must be pairs of 1 to {len(widths)} and one of {', '.join(HOW)}, not {list(pooling)}"
        )
    image = keras.Input((frames, MELS, 1), name="log_mel")
    x = layers.Rescaling(1 / SPREAD, -CENTRE / SPREAD)(image)
    for block, width in enumerate(widths):
        x = layers.Conv2D(
            width,
            3 if block else 5,
            strides=STRIDE,
            padding="same",
            use_bias=False,
            kernel_initializer=keras.initializers.HeNormal(seed * 100 + block),
        )(x)
        x = layers.BatchNormalization(momentum=momentum, epsilon=EPSILON)(x)
        x = layers.ReLU(name=f"maps_{block + 1}")(x)
    return keras.Model(image, _pool(keras.Model(image, x), pooling), name="encoder")


def _pool(trunk: keras.Model, pooling: Pooling) -> keras.KerasTensor:
    rows = {}
    for block in dict.fromkeys(block for block, _ in pooling):
        maps = trunk.get_layer(f"maps_{block}").output
        rows[block] = layers.AveragePooling2D((1, maps.shape[2] // ROWS))(maps)
    pooled = [layers.Flatten()(HOW[how](rows[block])) for block, how in pooling]
    return pooled[0] if len(pooled) == 1 else layers.Concatenate()(pooled)


def with_heads(
    embedder: keras.Model,
    classes: Mapping[str, int],
    pooling: Pooling = HEAD_POOLING,
    *,
    dropout: float = 0.2,
    seed: int = 0,
) -> keras.Model:
    """Put linear heads on a trunk, for its pretraining. The layers are shared: training one trains the other.

    Args:
        embedder: What `encoder` returned.
        classes: How many classes each head has, by name.
        pooling: Which maps of the trunk the heads see, as for `encoder`; it need not be what the embedding is made of.
        dropout: Share of the pooled maps that is dropped before the heads.
        seed: Seeds the heads' weights and the dropout.

    Returns:
        A model from log-mel frames to the logits of all heads, side by side in the order of `classes`.
    """
    x = layers.Dropout(dropout, seed=seed)(_pool(embedder, pooling))
    total = sum(classes.values())
    logits = layers.Dense(total, kernel_initializer=keras.initializers.RandomNormal(0, 0.01, seed), name="heads")(x)
    return keras.Model(embedder.input, logits, name="pretraining")


def save_encoder(embedder: keras.Model, path: Path, *, widths: Sequence[int], pooling: Pooling) -> None:
    """Store a trunk in half precision, with what is needed to build it again.

    Args:
        embedder: What `encoder` returned.
        path: The `.npz` file to write.
        widths: As it was built.
        pooling: As it was built.
    """
    shape = json.dumps({"widths": list(widths), "pooling": [list(pair) for pair in pooling]})
    arrays = {f"w{number:02d}": array.astype(np.float16) for number, array in enumerate(embedder.get_weights())}
    with whole_file(path) as part, part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, shape=np.array(shape), **arrays)


def load_encoder(path: Path | None = None) -> keras.Model:
    """Build the trunk that a file of `save_encoder` holds, in single precision.

    Args:
        path: The `.npz` file; none is the one that is shipped.

    Returns:
        The trunk: log-mel frames `(batch, frames, 64, 1)` in, embeddings `(batch, numbers)` out.

    Raises:
        FileNotFoundError: There is no such file.
    """
    return encoder_of(Trunk.load(path))


def encoder_of(trunk: Trunk) -> keras.Model:
    """Build the Keras model that computes what a `Trunk` does; it learns no more.

    Args:
        trunk: The weights.

    Returns:
        As `encoder` returns it.
    """
    embedder = encoder(trunk.widths, trunk.pooling)
    embedder.set_weights(list(trunk.arrays))
    embedder.trainable = False
    return embedder
