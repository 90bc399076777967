"""A folder of noises, to be mixed into clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.decode import decode
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.sound_files import SoundFiles, warn_of_passed_over


def read_noise_folder(folder: str | Path, sample_rate: int = 16000) -> list[npt.NDArray[np.float32]]:
    """Read every sound file of a folder and of the folders in it.

    Args:
        folder: The folder. Files that are no sounds by their names, whatever begins with `.`, and inner folders that
            begin with `_` are left out; a `ListingWarning` tells of what may hold sound.
        sample_rate: The wanted rate in Hz.

    Returns:
        Waveforms `(samples,)`, in the files' sorted order; files without samples are left out.

    Raises:
        DatasetError: There is no such folder, or no sound in it.
        AudioDecodeError: A sound file is damaged.

    Example:
        >>> import tempfile, soundfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/traffic.wav", np.zeros(8000), 8000)
        ...     [noise.shape for noise in read_noise_folder(folder)]
        [(16000,)]
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DatasetError(f"{folder}: there is no such folder of noises; correct the name or make the folder")
    found = SoundFiles.below(folder)
    warn_of_passed_over(folder, [found])
    noises = [noise for noise in (decode(file, sample_rate) for file in found.sounds) if len(noise)]
    if not noises:
        raise DatasetError(f"{folder}: no sound files with samples found; put noises into it, as WAV or FLAC")
    return noises
