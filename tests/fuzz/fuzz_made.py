"""Small valid sounds and data sets, which the fuzzing damages."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
LABELS = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]


def tone(number: int, samples: int = 2000) -> np.ndarray:
    return (0.5 * np.sin(np.arange(samples) * (0.05 + 0.02 * number))).astype(np.float32)


def wav(number: int = 0) -> bytes:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, tone(number, 200), 16000, format="WAV")
    return file.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def written(folder: Path, write: Callable[[Path], object]) -> dict[str, bytes]:
    """The files that `write` makes in a folder that is then removed."""
    scratch = folder.parent / "making"
    scratch.mkdir()
    write(scratch)
    files = _files(scratch)
    shutil.rmtree(scratch)
    return files


def data_set(folder: Path, write: str) -> dict[str, bytes]:
    from autospeech.datasets import autodl_format, autospeech_format
    from autospeech.datasets.dataset import Dataset
    from autospeech.datasets.labelled_clips import LabelledClips

    clips = LabelledClips([tone(number, 300) for number in range(4)], LABELS)
    data = Dataset("bells", clips, clips, ("ding", "dong"))
    writer = {"autospeech": autospeech_format.write_autospeech, "autodl": autodl_format.write_autodl}[write]
    return written(folder, lambda made: writer(data, made))
