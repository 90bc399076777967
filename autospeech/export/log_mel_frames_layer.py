"""Log-mel frames in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.export.clip_layer import ClipLayer, fourier, number, overlapping
from autospeech.statistics.log_mel_frames import FLOOR, HOP, LEVEL, MELS, SILENCE, WINDOW, mel_filters


@keras.saving.register_keras_serializable("autospeech")
class LogMelFramesLayer(ClipLayer):
    """Compute what `LogMelFrames` does; the transform is a matrix product.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(1, samples)`, float32, 16 kHz.

    Output shape:
        `(1, frames, 64)`.

    Example:
        >>> LogMelFramesLayer()(np.zeros((1, 16000), "float32")).shape
        TensorShape([1, 61, 64])
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._fourier = fourier(np.hanning(WINDOW + 1)[:-1].astype(np.float32), WINDOW)
        self._filters = np.concatenate([mel_filters()] * 2)

    def call(self, inputs: Any) -> Any:
        """Compute the frames of a clip."""
        samples = ops.shape(inputs)[1]
        padded = ops.concatenate([inputs[0], ops.zeros((WINDOW,), "float32")], axis=0)
        # In blocks, since the sum of so many squares in one go would lose digits.
        whole = padded[: ops.maximum(ops.floor_divide(samples + HOP - 1, HOP) * HOP, WINDOW)]
        squares = ops.sum(ops.sum(ops.square(ops.reshape(whole, (-1, HOP))), axis=1))
        rms = ops.sqrt(squares / number(ops.maximum(samples, 1)))
        gain = ops.where(rms > SILENCE, ops.square(LEVEL / ops.maximum(rms, SILENCE)), 0.0)
        framed = padded[: ops.maximum(ops.floor_divide(samples, HOP) * HOP, WINDOW)]
        spectrum = ops.matmul(overlapping(framed, HOP), ops.convert_to_tensor(self._fourier))
        power = ops.matmul(ops.square(spectrum), ops.convert_to_tensor(self._filters))
        return ops.reshape(ops.log(power * gain + FLOOR), (1, -1, MELS))
