"""A few windows of a long sound file, without reading what lies between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from autospeech.audio.open_sound import open_sound
from autospeech.audio.waveform import as_waveform


def sound_windows(
    path: str | Path, seconds: float, most: int, sample_rate: int = 16000
) -> list[npt.NDArray[np.float32]] | None:
    """Read evenly spaced windows of a file that is longer than all of them together.

    Args:
        path: A file in any format that libsndfile reads.
        seconds: Of a window.
        most: How many windows.
        sample_rate: The wanted rate in Hz.

    Returns:
        Mono waveforms, float32, within -1..1; None where the file is not that long or cannot be read from its middle.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import soundfile, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/long.flac", np.zeros((110250, 2)), 44100)
        ...     [len(window) for window in sound_windows(f"{folder}/long.flac", seconds=0.5, most=3)]
        [8000, 8000, 8000]
    """
    with open_sound(path) as file:
        frames = round(seconds * file.samplerate)
        if not file.seekable() or file.frames <= most * frames:
            return None
        found = []
        for begin in np.linspace(0, file.frames - frames, most).astype(int).tolist():
            file.seek(begin)
            block = file.read(frames, dtype="float32", always_2d=True)
            mono = as_waveform(np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1, dtype=np.float32))
            if file.samplerate != sample_rate:
                mono = np.asarray(soxr.resample(mono, file.samplerate, sample_rate), np.float32)
            found.append(np.clip(mono, -1.0, 1.0))
        return found
