"""The log-mel spectrogram as a Keras layer on kapre."""

from __future__ import annotations

from typing import Any

import kapre
import keras


@keras.saving.register_keras_serializable("autospeech")
class LogMel(keras.layers.Layer):
    """Turn waveforms into log-mel spectrograms in decibels, equal to librosa's power mel.

    Frames are centred: half a window of zeros stands before and after the clip, so that even an empty clip gives a
    frame. A clip's image does not depend on what else is in the batch.

    Args:
        sample_rate: Samples a second.
        n_fft: Window length and FFT size, in samples.
        hop_length: Samples from a frame to the next.
        n_mels: Mel bins.
        fmin: Lower edge of the lowest bin, in Hz.
        fmax: Upper edge of the highest bin, in Hz; at most half the sample rate.
        top_db: Dynamic range that is kept below each clip's loudest bin, in dB.
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, n_mels, 1)` with `frames = 1 + samples // hop_length`, in dB.

    Raises:
        ValueError: A setting is out of range.

    Example:
        >>> import numpy as np
        >>> LogMel()(np.zeros((2, 80000, 1), "float32")).shape
        TensorShape([2, 157, 64, 1])

    References:
        Choi, Joo, Kim (2017): Kapre: on-GPU audio preprocessing layers for a quick implementation of deep neural
        network models. McFee et al. (2015): librosa: audio and music signal analysis in Python (`melspectrogram`,
        `power_to_db`).
    """

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 1024,
        hop_length: int = 512,
        n_mels: int = 64,
        fmin: float = 20.0,
        fmax: float = 8000.0,
        top_db: float = 80.0,
        **kwargs: Any,
    ) -> None:
        # kapre's STFT and filterbank break under a half-precision policy (kapre 0.4.1), so the layer always works in
        # float32.
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        for name, value in {"n_fft": n_fft, "hop_length": hop_length, "n_mels": n_mels, "top_db": top_db}.items():
            if value <= 0:
                raise ValueError(f"{name} must be above 0, not {value}")
        if n_fft % 2:
            raise ValueError(f"n_fft must be even, so that half a window can be padded on each side, not {n_fft}")
        if not 0 <= fmin < fmax <= sample_rate / 2:
            raise ValueError(f"wanted 0 <= fmin < fmax <= {sample_rate / 2:g} Hz, got fmin={fmin:g} and fmax={fmax:g}")
        self.sample_rate = sample_rate
        self.n_fft = n_fft
        self.hop_length = hop_length
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = fmax
        self.top_db = top_db
        self.pad = keras.layers.ZeroPadding1D(n_fft // 2, dtype="float32")
        self.stft = kapre.STFT(
            n_fft=n_fft,
            hop_length=hop_length,
            input_data_format="channels_last",
            output_data_format="channels_last",
            dtype="float32",
        )
        self.magnitude = kapre.Magnitude(dtype="float32")
        self.filterbank = kapre.ApplyFilterbank(
            type="mel",
            filterbank_kwargs={
                "sample_rate": sample_rate,
                "n_freq": n_fft // 2 + 1,
                "n_mels": n_mels,
                "f_min": fmin,
                "f_max": fmax,
                "htk": False,
                "norm": "slaney",
            },
            data_format="channels_last",
            dtype="float32",
        )
        # amin is librosa's; kapre's default of 1e-5 would cut 50 dB off the quiet end.
        self.decibel = kapre.MagnitudeToDecibel(ref_value=1.0, amin=1e-10, dynamic_range=top_db, dtype="float32")

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Do nothing: the parts hold no weights, and kapre's cannot say so themselves."""
        self.built = True

    def call(self, inputs: Any) -> Any:
        """Compute the images of a batch of waveforms."""
        # Squared before the filterbank: kapre's own mel layer sums magnitudes, which is up to 31 dB from the power mel.
        power = keras.ops.square(self.magnitude(self.stft(self.pad(inputs))))
        return self.decibel(self.filterbank(power))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `(batch, frames, n_mels, 1)`."""
        frames = None if input_shape[1] is None else 1 + input_shape[1] // self.hop_length
        return (input_shape[0], frames, self.n_mels, 1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        names = ("sample_rate", "n_fft", "hop_length", "n_mels", "fmin", "fmax", "top_db")
        config: dict[str, Any] = super().get_config()
        return config | {name: getattr(self, name) for name in names}
