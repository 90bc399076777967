"""A sound file of any format, rate and number of channels as one mono waveform."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.mono_reader import MonoReader
from autospeech.audio.open_sound import AudioDecodeError, open_sound

__all__ = ["AudioDecodeError", "decode", "decode_with_rate"]


def decode(path: str | Path, sample_rate: int = 16000) -> npt.NDArray[np.float32]:
    """Read a sound file as a mono waveform.

    Args:
        path: A file in any format that libsndfile reads (WAV, FLAC, OGG (Vorbis, Opus), MP3, AIFF and others), or, with
            the extra `media`, PyAV: M4A, AAC, WebM, WMA, AMR, the sound of videos and others.
        sample_rate: The wanted rate in Hz; other rates are resampled with soxr at high quality.

    Returns:
        Waveform of shape `(samples,)`, float32, within -1..1; the mean of all channels, or the loudest where they
        cancel each other (see `MonoMix`). A file that holds no samples gives an empty array. Non-finite samples of
        float files become 0, and float files on the scale of 16, 24 or 32 bits are brought to ±1.

    Warns:
        SoundWarning: A part of the file is missing, or something had to be repaired.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import tempfile, soundfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/stereo.flac", np.zeros((44100, 2)), 44100)
        ...     decode(f"{folder}/stereo.flac").shape
        (16000,)
    """
    return decode_with_rate(path, sample_rate)[0]


def decode_with_rate(path: str | Path, sample_rate: int = 16000) -> tuple[npt.NDArray[np.float32], int]:
    """Read a sound file as `decode` does, and tell the rate that it had.

    Args:
        path: See `decode`.
        sample_rate: See `decode`.

    Warns:
        SoundWarning: See `decode`.

    Returns:
        The waveform, and the file's own sample rate in Hz.

    Raises:
        AudioDecodeError: See `decode`.
    """
    with open_sound(path) as sound:
        reader = MonoReader(sound, sample_rate)
        waveform = np.concatenate([np.zeros(0, np.float32), *reader])
    sound.warn()
    if reader.scale != 1:
        waveform /= np.float32(reader.scale)
    return np.clip(waveform, -1.0, 1.0, out=waveform), sound.sample_rate
