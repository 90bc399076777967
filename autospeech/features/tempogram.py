"""The tempogram as a Keras layer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops
from scipy import signal

from autospeech.features.base import Feature, check_positive
from autospeech.features.log_mel import LogMel
from autospeech.features.normalize import by_largest

_MELS = 128


@keras.saving.register_keras_serializable("autospeech")
class Tempogram(Feature):
    """Turn waveforms into the local autocorrelation of their onset strength, equal to librosa's `tempogram`.

    The onset strength of a frame is the mean over 128 mel bins of how many dB each has risen. It is autocorrelated in a
    Hann window around each frame, and each frame divided by its largest value.

    Args:
        sample_rate: Samples a second.
        n_fft: Window length and FFT size of the mel bins, in samples.
        hop_length: Samples from a frame to the next.
        win_length: Frames of the autocorrelation's window, and lags; even.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, win_length, 1)` with `frames = 1 + samples // hop_length`, -1..1.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> Tempogram(win_length=64)(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 64, 1])

    References:
        Grosche, Mueller, Kurth (2010): Cyclic tempogram, a mid-level tempo representation for music signals. librosa's
        `onset_strength` and `tempogram`.
    """

    ARGUMENTS = ("sample_rate", "n_fft", "hop_length", "win_length")

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 2048,
        hop_length: int = 512,
        win_length: int = 384,
        **kwargs: Any,
    ) -> None:
        super().__init__(hop_length, win_length, **kwargs)
        check_positive(win_length=win_length)
        if win_length % 2:
            raise ValueError(f"win_length must be even, so that a frame stands in its middle, not {win_length}")
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.win_length = win_length
        self._log_mel = LogMel(sample_rate, n_fft, hop_length, _MELS, fmin=0.0)
        self._window = signal.get_window("hann", win_length).astype(np.float32)

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        onsets = self._onset_strength(self._log_mel(inputs)[..., 0])
        half = self.win_length // 2
        rising = np.arange(half, dtype=np.float32) / half
        padded = ops.concatenate([onsets[:, :1] * rising, onsets, onsets[:, -1:] * rising[::-1]], axis=1)
        # One window more than frames; the last is dropped.
        windows = ops.extract_sequences(padded, self.win_length, 1)[:, :-1] * self._window
        size = 2 ** int(np.ceil(np.log2(2 * self.win_length - 1)))
        real, imaginary = ops.rfft(windows, fft_length=size)
        power = ops.square(real) + ops.square(imaginary)
        correlation = ops.irfft((power, ops.zeros_like(power)), fft_length=size)[..., : self.win_length]
        return by_largest(correlation)[..., None]

    def _onset_strength(self, mel: Any) -> Any:
        """Return `(batch, frames)`, later by half a window, since a rise is seen before its frame's middle."""
        risen = ops.mean(ops.relu(mel[:, 1:] - mel[:, :-1]), axis=-1)
        late = self.n_fft // (2 * self.hop_length)
        return ops.pad(risen, ((0, 0), (1 + late, 0)))[:, : ops.shape(mel)[1]]
