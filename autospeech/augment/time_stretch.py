"""Another tempo at the same pitch."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.augment.base import Augmentation


class TimeStretch(Augmentation):
    """Make each clip faster or slower at the same pitch, with a phase vocoder; labels stay.

    A slower clip is cut to its old length, a faster one is followed by silence.

    Args:
        slowest: The smallest rate, above 0.
        fastest: The largest rate, 1 or more.
        n_fft: Samples in a frame of the vocoder.
        hop_length: Samples from one frame to the next; `n_fft` is 4, 6, 8, … times as many.

    Raises:
        ValueError: The rates are in the wrong order or out of range, or the frames do not overlap as they must.

    Example:
        >>> import numpy as np
        >>> tone = np.sin(np.arange(8000) / 5).astype("float32").reshape(1, -1, 1)
        >>> stretched, _ = TimeStretch(0.8, 1.25).apply(tone, np.ones((1, 1)), np.array([1.25]))
        >>> [round(float(np.abs(part).max()), 1) for part in np.split(np.ravel(stretched), [6400])]
        [1.0, 0.0]

    References:
        Flanagan, Golden (1966): Phase vocoder. Bell System Technical Journal 45.
        Laroche, Dolson (1999): Improved phase vocoder time-scale modification of audio.
    """

    domain = "waveform"

    def __init__(self, slowest: float = 0.8, fastest: float = 1.25, n_fft: int = 1024, hop_length: int = 256) -> None:
        if not 0 < slowest <= 1 <= fastest < math.inf:
            raise ValueError(f"rates go from above 0 to 1 and on to the fastest, not from {slowest} to {fastest}")
        check_frames(n_fft, hop_length)
        self.slowest = slowest
        self.fastest = fastest
        self.n_fft = n_fft
        self.hop_length = hop_length

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the rates, `(batch,)`, as often slower as faster where both ends are as far."""
        ends = math.log(self.slowest), math.log(self.fastest)
        return ops.exp(keras.random.uniform((shape[0],), *ends, seed=seeds))

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Make clip i `parameters[i]` times as fast."""
        return stretched(clips, parameters, clips.shape[1], self.n_fft, self.hop_length), labels


def check_frames(n_fft: int, hop_length: int) -> None:
    """Raise a ValueError unless the frames overlap as a phase vocoder needs them."""
    if hop_length < 1 or n_fft % (2 * hop_length) or n_fft < 4 * hop_length:
        raise ValueError(
            f"frames of n_fft={n_fft} samples every hop_length={hop_length} do not fit; "
            "n_fft must be 4, 6, 8, … times hop_length"
        )


def stretched(waveforms: Any, rates: Any, samples: int, n_fft: int = 1024, hop_length: int = 256) -> Any:
    """Give each clip its own tempo, at the same pitch.

    Frames that come out are read between those that went in, at steps of the rate: magnitudes are interpolated, phases
    go on by what they went on there in a hop.

    Args:
        waveforms: `(batch, samples, 1)`.
        rates: `(batch,)`, how many times as fast; above 0.
        samples: Length of the clips that come out.
        n_fft: Samples in a frame.
        hop_length: Samples from one frame to the next.

    Returns:
        Waveforms `(batch, samples, 1)`, cut where the clip goes on, silent where it has ended.
    """
    length = waveforms.shape[1]
    half = n_fft // 2
    rates = ops.reshape(ops.cast(rates, waveforms.dtype), (-1, 1))
    # Frame i is centred on sample i * hop_length. The last two hear nothing of the clip.
    frames = math.ceil((length + half) / hop_length) + 2
    after = (frames - 1) * hop_length + half - length
    padded = ops.pad(waveforms[..., 0], ((0, 0), (half, after)))
    real, imaginary = ops.stft(padded, n_fft, hop_length, n_fft, center=False)
    magnitudes = ops.sqrt(ops.square(real) + ops.square(imaginary))
    phases = ops.arctan2(imaginary, real)
    advances = phases[:, 1:] - phases[:, :-1]

    places = rates * ops.arange(math.ceil((samples + half) / hop_length), dtype=waveforms.dtype)
    firsts = ops.minimum(ops.floor(places), frames - 2)
    between = ops.expand_dims(ops.minimum(places - firsts, 1), -1)
    firsts = ops.cast(firsts, "int32")
    magnitudes = (1 - between) * _rows(magnitudes, firsts) + between * _rows(magnitudes, firsts + 1)
    phases = ops.cumsum(ops.concatenate([phases[:, :1], _rows(advances, firsts[:, :-1])], axis=1), axis=1)

    pieces = ops.irfft((magnitudes * ops.cos(phases), magnitudes * ops.sin(phases)), n_fft)
    played = _overlapped(pieces, hop_length)[:, half : half + samples]
    inside = rates * ops.arange(samples, dtype=waveforms.dtype) < length
    return ops.expand_dims(ops.where(inside, played, ops.zeros_like(played)), -1)


def _rows(values: Any, places: Any) -> Any:
    """Return the frames at given places of each clip: `(batch, places, bins)`."""
    batch, frames, bins = values.shape
    offsets = ops.expand_dims(ops.arange(batch, dtype="int32") * frames, 1)
    return ops.take(ops.reshape(values, (-1, bins)), places + offsets, axis=0)


def _overlapped(pieces: Any, hop_length: int) -> Any:
    """Add windowed frames up and divide by what the windows, squared, add up to: `(batch, samples)`."""
    frames, n_fft = pieces.shape[1:]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)

    def added(values: Any) -> Any:
        parts = ops.reshape(values, (-1, frames, n_fft // hop_length, hop_length))
        many = parts.shape[2]
        shifted = [ops.pad(parts[:, :, i], ((0, 0), (i, many - 1 - i), (0, 0))) for i in range(many)]
        return ops.reshape(sum(shifted), (-1, (frames + many - 1) * hop_length))

    weights = added(ops.cast(np.broadcast_to(window**2, (1, frames, n_fft)), pieces.dtype))
    return added(pieces * ops.cast(window, pieces.dtype)) / ops.maximum(weights, 1e-6)
