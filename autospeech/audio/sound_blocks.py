"""A long sound file as clips of a few seconds, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from autospeech.audio.open_sound import frame_blocks, open_sound
from autospeech.audio.waveform import FULL_SCALE_16, LOUDEST_FLOAT

FLOAT_SUBTYPES = ("FLOAT", "DOUBLE")


def sound_blocks(
    path: str | Path, seconds: float = 10.0, sample_rate: int = 16000
) -> Iterator[npt.NDArray[np.float32]]:
    """Read a sound file as mono blocks of equal length, without ever holding more than about two of them.

    Put together the blocks are what `decode` gives for the file. A float file is read twice, since only its
    loudest sample tells its scale.

    Args:
        path: A file in any format that libsndfile reads.
        seconds: Of a block; the last one is what is left, and shorter.
        sample_rate: The wanted rate in Hz; other rates are resampled with soxr at high quality.

    Returns:
        An iterator over waveforms of shape `(samples,)`, float32, within -1..1. A file without samples has no blocks.

    Raises:
        ValueError: A block would hold less than a sample.
        AudioDecodeError: While iterating: the file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/long.flac", np.zeros((110250, 2)), 44100)
        ...     [block.shape for block in sound_blocks(f"{folder}/long.flac", seconds=1.0)]
        [(16000,), (16000,), (8000,)]
    """
    samples = round(seconds * sample_rate) if seconds < np.inf else 0
    if samples < 1:
        raise ValueError(f"seconds is {seconds}; a block must hold at least 1 sample, which takes {1 / sample_rate} s")
    return _blocks(Path(path), samples, sample_rate)


def mono_blocks(file: soundfile.SoundFile, sample_rate: int) -> Iterator[npt.NDArray[np.float32]]:
    """Read an open file as mono at another rate.

    Args:
        file: As `open_sound` gives it.
        sample_rate: The wanted rate in Hz.

    Yields:
        Waveforms of shape `(samples,)` of any length, even none; the mean of all channels, non-finite samples as 0.
    """
    stream = None
    if file.samplerate != sample_rate:
        stream = soxr.ResampleStream(file.samplerate, sample_rate, 1, dtype="float32")
    for block in frame_blocks(file):
        mono = np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1, dtype=np.float32)
        yield mono if stream is None else stream.resample_chunk(mono)
    if stream is not None:
        yield stream.resample_chunk(np.zeros(0, np.float32), last=True)


def _blocks(path: Path, samples: int, sample_rate: int) -> Iterator[npt.NDArray[np.float32]]:
    scale = _scale(path, sample_rate)

    def joined() -> npt.NDArray[np.float32]:
        whole = np.concatenate(parts)
        return np.clip(whole if scale == 1 else whole / np.float32(scale), -1.0, 1.0)

    parts: list[npt.NDArray[np.float32]] = []
    missing = samples
    with open_sound(path) as file:
        for block in mono_blocks(file, sample_rate):
            while len(block) >= missing:
                parts.append(block[:missing])
                yield joined()
                block = block[missing:]
                parts, missing = [], samples
            parts.append(block)
            missing -= len(block)
        if missing < samples:
            yield joined()


def _scale(path: Path, sample_rate: int) -> float:
    with open_sound(path) as file:
        if file.subtype not in FLOAT_SUBTYPES:
            return 1
        peak = max((float(np.abs(block).max(initial=0)) for block in mono_blocks(file, sample_rate)), default=0.0)
    return FULL_SCALE_16 if peak > LOUDEST_FLOAT else 1
