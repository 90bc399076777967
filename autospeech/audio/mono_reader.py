"""An open sound file as mono at another rate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

from autospeech.audio.audio_decode_error import AudioDecodeError
from autospeech.audio.change_rate import fault_of_length
from autospeech.audio.mono_mix import MonoMix
from autospeech.audio.open_sound import OpenSound
from autospeech.audio.waveform import finite, float_scale


class MonoReader:
    """Iterates over an open file as waveforms `(samples,)` of any length, even none; float files on their own scale.

    Args:
        sound: As `open_sound` gives it.
        sample_rate: The wanted rate in Hz.
    """

    def __init__(self, sound: OpenSound, sample_rate: int) -> None:
        self.sound, self.sample_rate = sound, sample_rate
        self._peak = 0.0

    def __iter__(self) -> Iterator[npt.NDArray[np.float32]]:
        """Read the file; what is to be told of it then stands in its notes.

        Raises:
            AudioDecodeError: It is too long for its low rate, see `fault_of_length`; or see `OpenSound.blocks`.
        """
        self._check_length(self.sound.frames or 0)
        stream = None
        if self.sound.sample_rate != self.sample_rate:
            stream = soxr.ResampleStream(self.sound.sample_rate, self.sample_rate, 1, dtype="float32")
        mix = MonoMix()
        read = 0
        for block in self.sound.blocks():
            read += len(block)
            self._check_length(read)
            if self.sound.is_float:
                block = finite(block)
                self._peak = max(self._peak, -float(block.min()), float(block.max()))
            mono = mix(block)
            yield mono if stream is None else stream.resample_chunk(mono)
        if stream is not None:
            yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
        if mix.note:
            self.sound.add_note(mix.note)

    def _check_length(self, frames: int) -> None:
        fault = fault_of_length(frames, self.sound.sample_rate, self.sample_rate)
        if fault:
            raise AudioDecodeError(self.sound.path, fault, f"cut it, or convert it to {self.sample_rate} Hz")

    @property
    def scale(self) -> float:
        """The full scale of what has been read so far; see `float_scale`."""
        return float_scale(self._peak)
