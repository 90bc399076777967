"""Very deep convolutional networks on raw waveforms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

KERNEL = 80
PRESETS: dict[str, dict[str, Any]] = {
    "m3": {"first": 256, "groups": ((256, 1),), "last_pool": True},
    "m5": {"first": 128, "groups": ((128, 1), (256, 1), (512, 1)), "last_pool": True},
    "m5-s16": {"first": 128, "groups": ((128, 1), (256, 1), (512, 1)), "stride": 16, "last_pool": True},
    "m11": {"first": 64, "groups": ((64, 2), (128, 2), (256, 3), (512, 2))},
    "m18": {"first": 64, "groups": ((64, 4), (128, 4), (256, 4), (512, 4))},
    "m34-res": {"first": 48, "groups": ((48, 6), (96, 8), (192, 12), (384, 6)), "residual": True},
    "m5-32": {"first": 32, "groups": ((32, 1), (64, 1), (64, 1)), "stride": 16, "last_pool": True},
}


@dataclass(frozen=True)
class RawCNN:
    """A convolutional network on waveforms of any length, without hidden dense layers.

    A first convolution of 80 samples takes the place of a filter bank, groups of convolutions of 3 follow. Each is
    followed by batch normalisation and ReLU. A pool of 4 stands between groups, and the last maps are averaged over
    time. All is padded, so that a clip of one sample passes.

    The first kernel stays 80 samples at any sample rate. It is meant to cover 10 ms: resample sound to 8 kHz.

    Args:
        first: Channels of the first convolution.
        groups: Channels of each group and how many convolutions it has.
        stride: Of the first convolution.
        last_pool: Whether a pool of 4 stands after the last group too.
        residual: Whether each two convolutions are added to what went into them. Where channels change, a 1x1
            convolution stands on that way, which is our reading of the paper.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> network = RawCNN.named("m5-32").build(35)
        >>> network.name, network.output_shape
        ('m5_32', (None, 35))

    References:
        Dai, Dai, Qu, Li, Das (2016): Very deep convolutional neural networks for raw waveforms. Of m5-32: torchaudio's
        tutorial on speech command classification.
    """

    first: int
    groups: tuple[tuple[int, int], ...]
    stride: int = 4
    last_pool: bool = False
    residual: bool = False

    def __post_init__(self) -> None:
        if not self.groups or min(self.first, self.stride, *(number for group in self.groups for number in group)) < 1:
            raise ValueError(
                "there must be a group, and channels, convolutions and stride must be at least 1, "
                f"not {self.first}, {self.groups} and {self.stride}"
            )
        if self.residual and any(convolutions % 2 for _, convolutions in self.groups):
            raise ValueError(f"a residual group must have an even number of convolutions, not as in {self.groups}")

    @classmethod
    def named(cls, name: str) -> RawCNN:
        """Return the network of a name: `m3`, `m5`, `m11`, `m18` and `m34-res` of the paper, `m5-32` or `m5-s16`.

        `m5-32` is the tutorial's; `m5-s16` is M5 with the tutorial's stride of 16, which takes a quarter of the time.

        Raises:
            ValueError: There is none of that name.
        """
        if name not in PRESETS:
            raise ValueError(f"there is no raw CNN {name!r}; choose one of: {', '.join(PRESETS)}")
        return cls(**PRESETS[name])

    @property
    def name(self) -> str:
        """The name from which `named` makes the same network; `raw-cnn` where there is none."""
        return next((name for name, preset in PRESETS.items() if RawCNN(**preset) == self), "raw-cnn")

    def build(
        self,
        classes: int,
        input_shape: tuple[int | None, int] = (None, 1),
        *,
        momentum: float = 0.99,
        seed: int = 0,
    ) -> keras.Model:
        """Build the network.

        Args:
            classes: How many classes, at least 1.
            input_shape: `(samples, channels)`; samples may be left open.
            momentum: Of the batch normalisations' running statistics.
            seed: Seeds the initial weights.

        Returns:
            A model from `(batch, samples, channels)` to logits `(batch, classes)`. Its pools are named `pool_1` and so
            on.
        """
        if classes < 1:
            raise ValueError(f"classes must be at least 1, not {classes}")
        seeds = iter(range(seed * 1000, (seed + 1) * 1000))
        waveform = keras.Input(input_shape, name="waveform")
        x = layers.ReLU()(_convolution(waveform, self.first, KERNEL, self.stride, momentum, seeds))
        for number, (channels, convolutions) in enumerate(self.groups, start=1):
            x = layers.MaxPooling1D(4, padding="same", name=f"pool_{number}")(x)
            if self.residual:
                for _ in range(convolutions // 2):
                    x = _residual(x, channels, momentum, seeds)
            else:
                for _ in range(convolutions):
                    x = layers.ReLU()(_convolution(x, channels, 3, 1, momentum, seeds))
        if self.last_pool:
            x = layers.MaxPooling1D(4, padding="same", name=f"pool_{len(self.groups) + 1}")(x)
        x = layers.GlobalAveragePooling1D()(x)
        last = keras.initializers.GlorotUniform(next(seeds))
        logits = layers.Dense(classes, kernel_initializer=last, name="logits")(x)
        return keras.Model(waveform, logits, name=self.name.replace("-", "_"))


def _residual(x: keras.KerasTensor, channels: int, momentum: float, seeds: Iterator[int]) -> keras.KerasTensor:
    shortcut = x if x.shape[-1] == channels else _convolution(x, channels, 1, 1, momentum, seeds)
    x = layers.ReLU()(_convolution(x, channels, 3, 1, momentum, seeds))
    x = _convolution(x, channels, 3, 1, momentum, seeds)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def _convolution(
    x: keras.KerasTensor, channels: int, kernel: int, stride: int, momentum: float, seeds: Iterator[int]
) -> keras.KerasTensor:
    initializer = keras.initializers.HeNormal(next(seeds))
    x = layers.Conv1D(channels, kernel, stride, "same", kernel_initializer=initializer)(x)
    return layers.BatchNormalization(momentum=momentum)(x)
