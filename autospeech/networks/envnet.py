"""EnvNet and EnvNet-v2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

PUBLISHED_WIDTH = 4096
PRESETS: dict[str, dict[str, Any]] = {
    "envnet": {
        "sample_rate": 16000,
        "samples": 24014,
        "filters": ((40, 8, 1), (40, 8, 1)),
        "filter_pool": 160,
        "groups": ((50, (13, 8), 1, (3, 3)), (50, (5, 1), 1, (3, 1))),
    },
    "envnet-v2": {
        "sample_rate": 44100,
        "samples": 66650,
        "filters": ((32, 64, 2), (64, 16, 2)),
        "filter_pool": 64,
        "groups": (
            (32, (8, 8), 2, (3, 5)),
            (64, (4, 1), 2, (2, 1)),
            (128, (2, 1), 2, (2, 1)),
            (256, (2, 1), 2, (2, 1)),
        ),
    },
}


@dataclass(frozen=True)
class EnvNet:
    """A network that learns an image from the waveform and goes on as on a spectrogram.

    Convolutions over time and a pool make frames; their channels are then the image's frequency axis. Groups of
    convolutions with a pool each and two hidden dense layers follow. Nothing is padded. Each convolution is followed by
    batch normalisation and ReLU, each hidden dense layer by ReLU and dropout of a half.

    Args:
        sample_rate: Of the waveforms it is meant for, in Hz.
        samples: How many of them it takes, unless `build` is told otherwise.
        filters: Channels, kernel and stride of each convolution over time, in samples.
        filter_pool: Pool after them.
        groups: Channels, kernel, how many convolutions, and pool of each group; kernels and pools are (frames, bins).
        width: Units of each hidden dense layer. Less than the paper's 4096 is for machines without a GPU.

    Raises:
        ValueError: There is no layer of a kind, or the width is below 1.

    Example:
        >>> network = EnvNet.named("envnet", width=8).build(50)
        >>> network.input_shape, network.output_shape
        ((None, 24014, 1), (None, 50))

    References:
        Tokozume, Harada (2017): Learning environmental sounds with end-to-end convolutional neural network. Tokozume,
        Ushiku, Harada (ICLR 2018): Learning from between-class examples for deep sound recognition, for v2.
    """

    sample_rate: int
    samples: int
    filters: tuple[tuple[int, int, int], ...]
    filter_pool: int
    groups: tuple[tuple[int, tuple[int, int], int, tuple[int, int]], ...]
    width: int = PUBLISHED_WIDTH

    def __post_init__(self) -> None:
        if not self.filters or not self.groups:
            raise ValueError(f"there must be filters and groups, not {self.filters} and {self.groups}")
        if self.width < 1:
            raise ValueError(f"width must be at least 1, not {self.width}")

    @classmethod
    def named(cls, name: str, *, width: int | None = None) -> EnvNet:
        """Return the network of a name.

        Args:
            name: `envnet` or `envnet-v2`; with `-wN` at its end, such as `envnet-v2-w512`, for hidden dense layers of N
                units.
            width: Those units, in place of what the name says; None for that, which is 4096 without a `-wN`.

        Raises:
            ValueError: There is none of that name, or the width is below 1.

        Example:
            >>> EnvNet.named("envnet-v2-w512").width, EnvNet.named("envnet").width
            (512, 4096)
        """
        found = re.fullmatch(r"(.+?)(?:-w(\d+))?", name)
        if found is None or found[1] not in PRESETS:
            raise ValueError(
                f"there is no EnvNet {name!r}; choose one of: {', '.join(PRESETS)}, or with fewer units in its dense "
                "layers, such as envnet-w512"
            )
        if width is None:
            width = int(found[2] or PUBLISHED_WIDTH)
        return cls(**PRESETS[found[1]], width=width)

    @property
    def name(self) -> str:
        """The name from which `named` makes the same network; `envnet-like` where there is none."""
        for name, preset in PRESETS.items():
            if EnvNet(**preset, width=self.width) == self:
                return name if self.width == PUBLISHED_WIDTH else f"{name}-w{self.width}"
        return "envnet-like"

    @property
    def least_samples(self) -> int:
        """The shortest input that leaves all maps at least one frame."""
        length = 1
        for _, (frames, _), convolutions, (pool, _) in reversed(self.groups):
            length = length * pool + convolutions * (frames - 1)
        length *= self.filter_pool
        for _, kernel, stride in reversed(self.filters):
            length = (length - 1) * stride + kernel
        return length

    def build(
        self, classes: int, input_shape: tuple[int, int] | None = None, *, momentum: float = 0.99, seed: int = 0
    ) -> keras.Model:
        """Build the network.

        Args:
            classes: How many classes, at least 1.
            input_shape: `(samples, channels)`; as many samples as the paper's and one channel if left out.
            momentum: Of the batch normalisations' running statistics.
            seed: Seeds the initial weights and the dropout.

        Returns:
            A model from `(batch, samples, channels)` to logits `(batch, classes)`. Its pools are named `pool_1` and so
            on, its hidden dense layers `dense_1` and `dense_2`.

        Raises:
            ValueError: There is no class, or the input is open or too short.
        """
        shape = input_shape or (self.samples, 1)
        if classes < 1:
            raise ValueError(f"classes must be at least 1, not {classes}")
        if shape[0] is None or shape[0] < self.least_samples:
            raise ValueError(
                f"the input must have a fixed length of at least {self.least_samples} samples, not {shape}"
            )
        seeds = iter(range(seed * 1000, (seed + 1) * 1000))
        waveform = keras.Input(shape, name="waveform")
        x = waveform
        for channels, kernel, stride in self.filters:
            filters = layers.Conv1D(channels, kernel, stride, use_bias=False, kernel_initializer=_he(seeds))
            x = _activated(filters(x), momentum)
        x = layers.MaxPooling1D(self.filter_pool, name="pool_1")(x)
        x = layers.Reshape((*x.shape[1:], 1), name="image")(x)
        for number, (channels, size, convolutions, pool) in enumerate(self.groups, start=2):
            for _ in range(convolutions):
                convolution = layers.Conv2D(channels, size, use_bias=False, kernel_initializer=_he(seeds))
                x = _activated(convolution(x), momentum)
            x = layers.MaxPooling2D(pool, name=f"pool_{number}")(x)
        x = layers.Flatten(name="flat")(x)
        for number in (1, 2):
            x = layers.Dense(self.width, "relu", kernel_initializer=_he(seeds), name=f"dense_{number}")(x)
            x = layers.Dropout(0.5, seed=next(seeds))(x)
        last = keras.initializers.GlorotUniform(next(seeds))
        logits = layers.Dense(classes, kernel_initializer=last, name="logits")(x)
        return keras.Model(waveform, logits, name=self.name.replace("-", "_"))


def _he(seeds: Iterator[int]) -> keras.initializers.Initializer:
    return keras.initializers.HeNormal(next(seeds))


def _activated(x: keras.KerasTensor, momentum: float) -> keras.KerasTensor:
    return layers.ReLU()(layers.BatchNormalization(momentum=momentum)(x))
