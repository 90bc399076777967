"""A few windows of a long sound file, without reading what lies between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.audio.mono_mix import MonoMix
from autospeech.audio.open_sound import open_sound
from autospeech.audio.waveform import finite, float_scale


def sound_windows(
    path: str | Path, seconds: float, most: int, sample_rate: int = 16000
) -> list[npt.NDArray[np.float32]] | None:
    """Read evenly spaced windows of a file that is longer than all of them together.

    Args:
        path: A file in any format that `decode` reads.
        seconds: Of a window.
        most: How many windows.
        sample_rate: The wanted rate in Hz.

    Returns:
        Mono waveforms, float32, within -1..1; None where the file is not that long or cannot be read from its middle,
        or where its length is not certain: then it is to be read from beginning to end, by `sound_blocks`. All windows
        have one scale (see `float_scale`) and one way to become mono (see `MonoMix`).

    Warns:
        SoundWarning: The channels cancel each other.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import soundfile, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/long.flac", np.zeros((110250, 2)), 44100)
        ...     [len(window) for window in sound_windows(f"{folder}/long.flac", seconds=0.5, most=3)]
        [8000, 8000, 8000]
    """
    with open_sound(path) as sound:
        frames = round(seconds * sound.sample_rate)
        if sound.frames is None or sound.frames <= most * frames:
            return None
        mix, peak, found = MonoMix(), 0.0, []
        for begin in np.linspace(0, sound.frames - frames, most).astype(int).tolist():
            block = sound.read_at(begin, frames)
            if block is None:
                return None
            if sound.is_float:
                block = finite(block)
                peak = max(peak, -float(block.min()), float(block.max()))
            found.append(mix(block))
    if mix.note:
        sound.add_note(mix.note)
    sound.warn()
    scale = np.float32(float_scale(peak))
    return [np.clip(change_rate(mono / scale, sound.sample_rate, sample_rate), -1.0, 1.0) for mono in found]
