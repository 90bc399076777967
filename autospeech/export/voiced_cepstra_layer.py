"""Cepstra of what is voiced and of what is not, in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import scipy.fft
from keras import ops

from autospeech.export.clip_layer import ClipLayer, positions
from autospeech.statistics import voiced_cepstra
from autospeech.statistics.clip_statistics import CEPSTRA
from autospeech.statistics.log_mel_frames import MELS


@keras.saving.register_keras_serializable("autospeech")
class VoicedCepstraLayer(ClipLayer):
    """Compute what `voiced_cepstra` does.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        Log-mel frames `(1, frames, 64)`, and pitch, voicing and level `(1, frames of the track, 3)`.

    Output shape:
        `(1, 60)`.

    Example:
        >>> VoicedCepstraLayer()(np.ones((1, 61, 64), "float32"), np.ones((1, 30, 3), "float32")).shape
        TensorShape([1, 60])
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._cosines = scipy.fft.dct(np.eye(MELS), norm="ortho", axis=1)[:, :CEPSTRA].astype(np.float32)

    def call(self, frames: Any, track: Any) -> Any:
        """Compute the cepstra of a clip."""
        voicing = track[0, :, 1]
        middle = ops.minimum(2 * positions(ops.shape(track)[1]) + 1, ops.shape(frames)[1] - 1)
        cepstra = ops.matmul(ops.take(frames[0], middle, axis=0), ops.convert_to_tensor(self._cosines))

        def mean(values: Any, weight: Any) -> Any:
            return ops.matmul(weight[None], values) / ops.sum(weight)

        voiced = ops.clip(voicing - voiced_cepstra._VOICED, 0.0, 1.0) + 1e-4
        unvoiced = ops.clip(voiced_cepstra._UNVOICED - voicing, 0.0, 1.0) + 1e-4
        centre = mean(cepstra, voiced)
        spread = ops.sqrt(mean(ops.square(cepstra - centre), voiced))
        return ops.concatenate([centre, spread, mean(cepstra, unvoiced)], axis=1)
