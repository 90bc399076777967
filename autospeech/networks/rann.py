"""Residual audio neural networks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import keras
from keras import layers, ops

MELS = 128
# Of the images for which Verbitskiy (2020) counts multiply-adds; 8 s make 1103 frames here.
PUBLISHED_FRAMES = 1024
# (time) strides of the second to the fourth group, by how far time is reduced.
TIME_STRIDES = {1: (2, 2, 2), 2: (4, 2, 2), 4: (4, 4, 2), 8: (4, 4, 4)}
_SLOPE = 0.01


@dataclass(frozen=True)
class RANN:
    """A wide residual network of pre-activation blocks on images of sound.

    Five groups of blocks, with 8, 16, 32, 64 and 128 channels times the width. The groups but the first halve the
    frequency axis and divide time by 2 or 4; where by 4, the first block's kernels are longer, 6x3 and 5x3.

    Args:
        crop_seconds: How long the clips are cut to train it; it takes images of any length.
        temporal_reduction: 1, 2, 4 or 8: how much shorter the final maps are.
        width: Factor on the channels. 1 and 2 are for machines without a GPU.
        depth: Layers in all, as wide residual networks count them: 4 and a multiple of 6.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> rann = RANN.named("rann-8x4-1")
        >>> rann, rann.name
        (RANN(crop_seconds=8, temporal_reduction=4, width=1, depth=28), 'rann-8x4-1')
        >>> rann.build(10).output_shape
        (None, 10)

    References:
        Verbitskiy (2020): RANN; later Verbitskiy, Berikov, Vyshegorodtsev (2022): ERANNs: efficient residual audio
        neural networks for audio pattern recognition. Zagoruyko, Komodakis (2016): Wide residual networks.
    """

    crop_seconds: int = 8
    temporal_reduction: int = 4
    width: int = 6
    depth: int = 28

    def __post_init__(self) -> None:
        if self.temporal_reduction not in TIME_STRIDES:
            raise ValueError(
                f"temporal_reduction must be one of {', '.join(map(str, TIME_STRIDES))}, not {self.temporal_reduction}"
            )
        if min(self.crop_seconds, self.width) < 1:
            raise ValueError(f"crop_seconds and width must be at least 1, not {self.crop_seconds} and {self.width}")
        if self.depth < 10 or (self.depth - 4) % 6:
            raise ValueError(f"depth must be 10, 16, 22, 28 and so on, not {self.depth}")

    @classmethod
    def named(cls, name: str) -> RANN:
        """Return the network of a name such as `rann-8x4-6`: crop, temporal reduction, width; `-d10` for a depth.

        Raises:
            ValueError: The name is not of this form, or a number out of range.
        """
        found = re.fullmatch(r"rann-(\d+)x(\d+)-(\d+)(?:-d(\d+))?", name)
        if not found:
            raise ValueError(f"{name!r} is no RANN; wanted a name such as rann-8x4-6 or, less deep, rann-8x4-1-d10")
        return cls(*(int(number) for number in found.groups() if number is not None))

    @property
    def name(self) -> str:
        """The name from which `named` makes the same network."""
        depth = "" if self.depth == RANN.depth else f"-d{self.depth}"
        return f"rann-{self.crop_seconds}x{self.temporal_reduction}-{self.width}{depth}"

    def build(
        self,
        classes: int,
        image_shape: tuple[int | None, int, int] = (None, MELS, 1),
        *,
        momentum: float = 0.99,
        seed: int = 0,
    ) -> keras.Model:
        """Build the network.

        Args:
            classes: How many classes, at least 1.
            image_shape: `(frames, bins, channels)`; frames may be left open.
            momentum: Of the batch normalisations' running statistics.
            seed: Seeds the initial weights.

        Returns:
            A model from `(batch, frames, bins, channels)` to logits `(batch, classes)`.
        """
        if classes < 1:
            raise ValueError(f"classes must be at least 1, not {classes}")
        image = keras.Input(image_shape, name="image")
        x = layers.BatchNormalization(axis=2, momentum=momentum, name="bins")(image)
        seeds = iter(range(seed * 100_000, (seed + 1) * 100_000))
        strides = ((1, 1), *((time, 2) for time in TIME_STRIDES[self.temporal_reduction]), (2, 2))
        for group, stride in enumerate(strides):
            for block in range((self.depth - 4) // 6):
                x = _block(x, 2**group * 8 * self.width, stride if block == 0 else (1, 1), momentum, seeds)
            x = layers.LeakyReLU(_SLOPE)(layers.BatchNormalization(momentum=momentum, name=f"group_{group + 1}")(x))
        over_time = ops.mean(x, axis=2)
        x = ops.max(over_time, axis=1) + ops.mean(over_time, axis=1)
        x = layers.Dense(128 * self.width, kernel_initializer=keras.initializers.HeNormal(next(seeds)))(x)
        x = layers.LeakyReLU(_SLOPE)(x)
        last = keras.initializers.GlorotUniform(next(seeds))
        logits = layers.Dense(classes, kernel_initializer=last, name="logits")(x)
        return keras.Model(image, logits, name=self.name.replace("-", "_"))


def _block(
    x: keras.KerasTensor, channels: int, strides: tuple[int, int], momentum: float, seeds: Iterator[int]
) -> keras.KerasTensor:
    kernels = ((6, 3), (5, 3)) if strides[0] == 4 else ((3, 3), (3, 3))
    shortcut = x
    if x.shape[-1] != channels:
        # Every fourth frame, say, and then a convolution of single pixels, is the strided one. TensorFlow 2.20 on the
        # CPU (oneDNN) writes beyond memory in the gradient of that where the frames are a multiple of 4.
        kept = layers.MaxPooling2D(1, strides)(x) if strides != (1, 1) else x
        shortcut = _convolution(kept, channels, 1, (1, 1), seeds)
    for kernel, step in zip(kernels, (strides, (1, 1)), strict=True):
        x = layers.LeakyReLU(_SLOPE)(layers.BatchNormalization(momentum=momentum)(x))
        x = _convolution(x, channels, kernel, step, seeds)
    return layers.Add()([x, shortcut])


def _convolution(
    x: keras.KerasTensor, channels: int, kernel: int | tuple[int, int], strides: tuple[int, int], seeds: Iterator[int]
) -> keras.KerasTensor:
    initializer = keras.initializers.HeNormal(next(seeds))
    return layers.Conv2D(channels, kernel, strides, "same", use_bias=False, kernel_initializer=initializer)(x)
