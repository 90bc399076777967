"""A sound file of any format, rate and number of channels as one mono waveform."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from autospeech.audio.waveform import FULL_SCALE_16, LOUDEST_FLOAT

# 4 s at 48 kHz: long enough to be quick, short enough that an hour of stereo never stands in memory at its own rate.
BLOCK_FRAMES = 4 * 48000


class AudioDecodeError(ValueError):
    """A file is missing, damaged, or not a sound."""

    def __init__(self, path: str | Path, reason: str, mend: str) -> None:
        super().__init__(f"{path}: {reason}; {mend}")
        self.path = Path(path)


def decode(path: str | Path, sample_rate: int = 16000) -> npt.NDArray[np.float32]:
    """Read a sound file as a mono waveform.

    Args:
        path: A file in any format that libsndfile reads: WAV, FLAC, OGG (Vorbis, Opus), MP3, AIFF and others.
        sample_rate: The wanted rate in Hz; other rates are resampled with soxr at high quality.

    Returns:
        Waveform of shape `(samples,)`, float32, within -1..1; the mean of all channels. A file that holds no samples
        gives an empty array. Non-finite samples of float files become 0, and float files on the 16-bit scale are
        brought to ±1.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, or not a sound.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/stereo.flac", np.zeros((44100, 2)), 44100)
        ...     decode(f"{folder}/stereo.flac").shape
        (16000,)
    """
    path = Path(path)
    if not path.is_file():
        raise AudioDecodeError(path, "there is no such file", "correct the name or leave the clip out")
    if path.stat().st_size == 0:
        raise AudioDecodeError(path, "the file is empty (0 bytes)", "copy it again or leave the clip out")
    try:
        waveform = _read_blocks(path, sample_rate)
    # TypeError is how soundfile greets headerless formats (.raw), of which it would have to be told the rate.
    except (soundfile.SoundFileError, TypeError) as error:
        reason = f"it is damaged or not a sound ({str(error).rstrip('.')})"
        raise AudioDecodeError(path, reason, "convert it to WAV or FLAC or leave the clip out") from error
    if np.abs(waveform).max(initial=0.0) > LOUDEST_FLOAT:
        waveform /= FULL_SCALE_16
    return np.clip(waveform, -1.0, 1.0, out=waveform)


def _read_blocks(path: Path, sample_rate: int) -> npt.NDArray[np.float32]:
    with soundfile.SoundFile(path) as file:
        same_rate = file.samplerate == sample_rate
        stream = None if same_rate else soxr.ResampleStream(file.samplerate, sample_rate, 1, dtype="float32")
        blocks: list[npt.NDArray[np.float32]] = []
        while True:
            block = file.read(BLOCK_FRAMES, dtype="float32", always_2d=True)
            mono = np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1, dtype=np.float32)
            blocks.append(mono if stream is None else stream.resample_chunk(mono, last=not len(block)))
            # Only an empty read is the end: the frame count of an MP3 is a guess.
            if not len(block):
                return np.concatenate(blocks)
