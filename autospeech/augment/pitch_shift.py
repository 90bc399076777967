"""Another pitch at the same tempo."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.resampled import resampled
from autospeech.augment.time_stretch import check_frames, stretched

WIDEST = 24


class PitchShift(Augmentation):
    """Move the pitch of each clip, formants with it, at the same tempo: stretched, then resampled; labels stay.

    Args:
        lowest: The smallest shift, in semitones; below 0 is down.
        highest: The largest shift, in semitones.
        n_fft: Samples in a frame of the phase vocoder.
        hop_length: Samples from one frame to the next; `n_fft` is 4, 6, 8, … times as many.

    Raises:
        ValueError: The shifts are in the wrong order or out of range, or the frames do not overlap as they must.

    Example:
        >>> import numpy as np
        >>> tone = np.sin(2 * np.pi * 400 * np.arange(16000) / 16000).astype("float32").reshape(1, -1, 1)
        >>> shifted, _ = PitchShift(-12, 12).apply(tone, np.ones((1, 1)), np.array([12.0]))
        >>> int(np.abs(np.fft.rfft(np.ravel(shifted))).argmax())
        800

    References:
        Laroche, Dolson (1999): New phase-vocoder techniques for pitch-shifting, harmonizing and other exotic effects.
    """

    domain = "waveform"

    def __init__(self, lowest: float = -2.0, highest: float = 2.0, n_fft: int = 1024, hop_length: int = 256) -> None:
        if not -WIDEST <= lowest <= highest <= WIDEST:
            raise ValueError(
                f"shifts go from lowest to highest, in {-WIDEST}..{WIDEST} semitones, not from {lowest} to {highest}"
            )
        check_frames(n_fft, hop_length)
        self.lowest = lowest
        self.highest = highest
        self.n_fft = n_fft
        self.hop_length = hop_length

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw the shifts in semitones, `(batch,)`, uniform from the lowest to the highest."""
        return keras.random.uniform((shape[0],), self.lowest, self.highest, seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Shift clip i by `parameters[i]` semitones, no higher than `highest`."""
        fastest = 2 ** (self.highest / 12)
        factors = ops.exp(ops.cast(parameters, clips.dtype) * (math.log(2) / 12))
        # As many samples as the resampling can ask for.
        samples = math.ceil(clips.shape[1] * fastest)
        longer = stretched(clips, 1 / factors, samples, self.n_fft, self.hop_length)
        return resampled(longer, factors, fastest, clips.shape[1]), labels
