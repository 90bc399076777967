"""A long sound file as clips of a few seconds, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.mono_reader import MonoReader
from autospeech.audio.open_sound import open_sound


def sound_blocks(
    path: str | Path, seconds: float = 10.0, sample_rate: int = 16000
) -> Iterator[npt.NDArray[np.float32]]:
    """Read a sound file as mono blocks of equal length, without ever holding more than about two of them.

    Put together the blocks are what `decode` gives for the file. A float file is read twice, since only its
    loudest sample tells its scale.

    Args:
        path: A file in any format that `decode` reads.
        seconds: Of a block; the last one is what is left, and shorter.
        sample_rate: The wanted rate in Hz; other rates are resampled with soxr at high quality.

    Returns:
        An iterator over waveforms of shape `(samples,)`, float32, within -1..1. A file without samples has no blocks.

    Warns:
        SoundWarning: Behind the last block: a part of the file is missing, or something had to be repaired.

    Raises:
        ValueError: A block would hold less than a sample.
        AudioDecodeError: While iterating: the file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import soundfile, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/long.flac", np.zeros((110250, 2)), 44100)
        ...     [block.shape for block in sound_blocks(f"{folder}/long.flac", seconds=1.0)]
        [(16000,), (16000,), (8000,)]
    """
    samples = round(seconds * sample_rate) if seconds < np.inf else 0
    if samples < 1:
        raise ValueError(f"seconds is {seconds}; a block must hold at least 1 sample, which takes {1 / sample_rate} s")
    return _blocks(Path(path), samples, sample_rate)


def _blocks(path: Path, samples: int, sample_rate: int) -> Iterator[npt.NDArray[np.float32]]:
    scale = _scale(path)

    def joined() -> npt.NDArray[np.float32]:
        whole = np.concatenate(parts)
        return np.clip(whole if scale == 1 else whole / np.float32(scale), -1.0, 1.0)

    parts: list[npt.NDArray[np.float32]] = []
    missing = samples
    with open_sound(path) as sound:
        for block in MonoReader(sound, sample_rate):
            while len(block) >= missing:
                parts.append(block[:missing])
                yield joined()
                block = block[missing:]
                parts, missing = [], samples
            parts.append(block)
            missing -= len(block)
        if missing < samples:
            yield joined()
    sound.warn()


def _scale(path: Path) -> float:
    with open_sound(path) as sound:
        if not sound.is_float:
            return 1.0
        # Without resampling, which the scale does not depend on.
        reader = MonoReader(sound, sound.sample_rate)
        for _ in reader:
            pass
        return reader.scale
