"""A waveform as a sound file inside a page."""

from __future__ import annotations

import base64
import io
import wave

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16000


def wave_uri(waveform: npt.NDArray[np.float32]) -> str:
    """Write a waveform as a 16-bit WAV in a data URI, which every browser plays.

    Args:
        waveform: `(samples,)`, 16 kHz; what is beyond -1..1 is clipped.

    Example:
        >>> wave_uri(np.zeros(160, "float32"))[:36]
        'data:audio/wav;base64,UklGRmQBAABXQV'
    """
    samples = np.round(np.clip(waveform, -1, 1) * 32767).astype("<i2")
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    return f"data:audio/wav;base64,{base64.b64encode(written.getvalue()).decode()}"
