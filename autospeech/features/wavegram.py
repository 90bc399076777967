"""An image of the waveform that is learnt rather than computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from autospeech.features.base import Feature


@keras.saving.register_keras_serializable("autospeech")
class Wavegram(Feature):
    """Turn waveforms into an image by convolutions over time, whose last channels are the bins.

    Each convolution but the last is followed by batch normalisation and LeakyReLU.

    Args:
        sample_rate: Samples a second; nothing depends on it, and all features take it.
        filters: Channels of each convolution; the last are the bins.
        kernel_size: Samples that each sees, one number for all or one for each.
        strides: Steps of each, likewise; their product is the hop.
        dilation_rate: Distance of the samples that each sees, likewise; more than 1 only where its stride is 1.
        padding: `same`, or `valid`, which loses the frames that reach beyond the clip.
        momentum: Of the batch normalisations' running statistics.
        seed: Seeds the initial weights.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, filters[-1], 1)`; with `same` padding as many frames as hops have begun, one at least.

    Raises:
        ValueError: The settings are not of one length or out of range.

    Example:
        >>> import numpy as np
        >>> Wavegram()(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 250, 64, 1])

    References:
        Kong et al. (2020): PANNs: large-scale pretrained audio neural networks for audio pattern recognition.
    """

    ARGUMENTS = ("sample_rate", "filters", "kernel_size", "strides", "dilation_rate", "padding", "momentum", "seed")

    def __init__(
        self,
        sample_rate: int = 16000,
        filters: Sequence[int] = (32, 64, 64),
        kernel_size: int | Sequence[int] = (11, 9, 9),
        strides: int | Sequence[int] = (5, 8, 8),
        dilation_rate: int | Sequence[int] = 1,
        padding: str = "same",
        momentum: float = 0.99,
        seed: int = 0,
        **kwargs: Any,
    ) -> None:
        many = len(filters)
        self.filters = tuple(filters)
        self.kernel_size, self.strides, self.dilation_rate = (
            tuple(value) if isinstance(value, Sequence) else (value,) * many
            for value in (kernel_size, strides, dilation_rate)
        )
        if not many or not many == len(self.kernel_size) == len(self.strides) == len(self.dilation_rate):
            raise ValueError(
                f"filters, kernel_size, strides and dilation_rate must have one number for each convolution, not "
                f"{filters}, {kernel_size}, {strides} and {dilation_rate}"
            )
        super().__init__(math.prod(self.strides), self.filters[-1], **kwargs)
        self.sample_rate = sample_rate
        self.padding = padding
        self.momentum = momentum
        self.seed = seed
        # What the shortest clip is filled up to with zeros.
        reach, step = 1, 1
        for kernel, stride, dilation in zip(self.kernel_size, self.strides, self.dilation_rate, strict=True):
            reach += (kernel - 1) * dilation * step
            step *= stride
        self._least = reach if padding == "valid" else 1
        self._convolutions = [
            layers.Conv1D(
                width,
                kernel,
                stride,
                padding,
                dilation_rate=dilation,
                kernel_initializer=keras.initializers.HeNormal(seed * 100 + number),
                dtype="float32",
            )
            for number, (width, kernel, stride, dilation) in enumerate(
                zip(self.filters, self.kernel_size, self.strides, self.dilation_rate, strict=True)
            )
        ]
        self._normalizations = [layers.BatchNormalization(momentum=momentum, dtype="float32") for _ in self.filters[1:]]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights."""
        shape = input_shape
        for number, convolution in enumerate(self._convolutions):
            convolution.build(shape)
            shape = convolution.compute_output_shape(shape)
            if number < len(self._normalizations):
                self._normalizations[number].build(shape)
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Compute the images of a batch of waveforms."""
        samples = ops.shape(inputs)[1]
        lacking = max(0, self._least - samples) if isinstance(samples, int) else ops.maximum(0, self._least - samples)
        x = ops.concatenate([inputs, ops.zeros((ops.shape(inputs)[0], self._least, 1))[:, :lacking]], axis=1)
        for convolution, normalization in zip(self._convolutions, self._normalizations, strict=False):
            x = ops.leaky_relu(normalization(convolution(x), training=training), 0.01)
        return self._convolutions[-1](x)[..., None]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `(batch, frames, bins, 1)`."""
        shape = input_shape if input_shape[1] is None else (input_shape[0], max(input_shape[1], self._least), 1)
        for convolution in self._convolutions:
            shape = convolution.compute_output_shape(shape)
        return (*shape, 1)
