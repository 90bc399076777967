"""Write an export whole or not at all, and only after it has answered as the model does."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import keras
import numpy as np
import numpy.typing as npt

from autospeech.audio.waveform import as_waveform
from autospeech.export.export_error import ExportError
from autospeech.export.exported import Exported
from autospeech.statistics.log_mel_frames import SAMPLE_RATE
from autospeech.whole_writing import whole_file, whole_folder

Floats = npt.NDArray[np.float32]
Answer = Callable[[Floats], Floats]

# The most by which a probability may differ.
TOLERANCE = 1e-3
# Seconds of the clips that an export is checked on.
_SECONDS = (0.9, 3.3)
EXTRA = "export"


def checked_export(
    model: keras.Model,
    path: Path,
    classes: Sequence[str],
    write: Callable[[Path], None],
    load: Callable[[Path], Answer],
    most_clips: int = 3,
    folder: bool = False,
) -> Exported:
    """Write a model beside its place, run what was written, and move it there if it answers as the model does.

    Args:
        model: As `answer_graph` returns it.
        path: The file or folder to make; what is there is replaced.
        classes: Names, as many as the model has probabilities.
        write: Writes the model to a path, where there is an empty file or folder.
        load: Reads what was written and returns what answers for waveforms `(clips, samples)`.
        most_clips: How many clips it is asked about at a time, at most.
        folder: Whether a folder is written, and not a file.

    Returns:
        Where it is, how large, and the largest difference seen.

    Raises:
        ExportError: There are not as many names as classes, two are alike, there is a folder of something else, or the
            answers differ.
        BeingWrittenError: Another process is writing it.
        WritingError: It cannot be written.
    """
    if len(classes) != model.output_shape[-1]:
        raise ExportError(f"{path}: there are {len(classes)} names for {model.output_shape[-1]} classes; give one each")
    if len(set(classes)) < len(classes):
        raise ExportError(f"{path}: class names are {list(classes)}; no two may be alike")
    if path.is_dir() and not (path / "saved_model.pb").is_file():
        raise ExportError(f"{path} is a folder and no SavedModel; name another place, or remove it")
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_folder(path) if folder else whole_file(path, over_folder=True) as part:
        write(part)
        difference = _largest_difference(model, load(part), most_clips)
        if not difference <= TOLERANCE:
            raise ExportError(
                f"{path}: what was written differs from the model by {difference:.2g}, more than {TOLERANCE:g}; "
                "nothing was kept"
            )
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Exported(path, sum(file.stat().st_size for file in files), difference)


def optional(module: str, package: str) -> ModuleType:
    """Import a module that only an export needs.

    Raises:
        ExportError: Its package is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ExportError(
            f"this export needs {package}, which cannot be imported ({error}): pip install 'autospeech[{EXTRA}]'"
        ) from error


def sounds() -> list[Floats]:
    """Return what exports are checked on: a gliding voice between pauses, in noise, `(1, samples)` each."""
    rng = np.random.default_rng(0)
    made = []
    for seconds in _SECONDS:
        time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        phase = 2 * np.pi * (140 * time + 15 * np.sin(2 * np.pi * time))
        voice = sum(np.sin(number * phase) / number for number in range(1, 20))
        loudness = np.maximum(np.sin(2 * np.pi * 1.3 * time), 0)
        clip = 0.1 * loudness * voice + rng.normal(scale=0.003, size=len(time))
        made.append(clip.astype(np.float32)[None])
    return made


def _largest_difference(model: keras.Model, answer: Answer, most_clips: int) -> float:
    """Ask about single clips, one with samples that are no numbers, and as many clips at a time as may be."""
    *first, last = sounds()
    broken = last.copy()
    broken[0, 1000:1003] = np.nan, np.inf, -np.inf
    together = np.concatenate([last, broken, last[:, ::-1]])[:most_clips]
    differences = []
    for clips in (*first, broken, together):
        answers = np.asarray(answer(clips))
        if len(answers) != len(clips):
            raise ExportError(f"what was written gives {len(answers)} rows for {len(clips)} clips; nothing was kept")
        differences.append(np.abs(answers - _said(model, clips)).max())
    # Not Python's own `max`, for which a NaN that comes later is no larger than what came before.
    return float(np.max(differences))


def _said(model: keras.Model, clips: Floats) -> Floats:
    return np.concatenate([np.asarray(model(as_waveform(clip)[None], training=False)) for clip in clips])
