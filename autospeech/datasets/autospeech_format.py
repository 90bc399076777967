"""The format of the AutoSpeech challenges of 2019 and 2020: pickled clips and text solutions."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import fault_of_rate
from autospeech.audio.waveform import as_waveform
from autospeech.datasets import safe_unpickler
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.portable_pickler import PortablePickler
from autospeech.datasets.solution_file import read_solution, write_solution
from autospeech.datasets.unicode_form import encodable
from autospeech.datasets.whole_dataset_folder import whole_dataset_folder
from autospeech.regular_file import read_json


def write_autospeech(dataset: Dataset, folder: str | Path, overwrite: bool = False) -> Path:
    """Write `NAME/NAME.data/{train.pkl,test.pkl,train.solution,meta.json}` and `NAME/NAME.solution`.

    Args:
        dataset: What to write. Its time budget goes into `meta.json` only if it has one, since there it would win over
            any other.
        folder: Where `NAME` is made.
        overwrite: Whether a data set that stands there may be replaced.

    Returns:
        The folder `NAME`.

    Raises:
        DatasetError: Something stands there already.

    Example:
        >>> import tempfile
        >>> part = LabelledClips([np.zeros(16000, "float32"), np.ones(10, "float32")], np.eye(2))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = write_autospeech(Dataset("tiny", part, part, ("hum", "click")), folder)
        ...     read_autospeech(written).label_names
        ('hum', 'click')
    """
    target = Path(folder) / dataset.name
    with whole_dataset_folder(target, overwrite) as fresh:
        data = fresh / f"{dataset.name}.data"
        data.mkdir()
        for part, clips in (("train", dataset.train), ("test", dataset.test)):
            with (data / f"{part}.pkl").open("wb") as file:
                PortablePickler(file, protocol=4).dump([clip.astype(np.float32, copy=False) for clip in clips.clips])
        write_solution(data / "train.solution", dataset.train.labels)
        write_solution(fresh / f"{dataset.name}.solution", dataset.test.labels)
        meta = json.dumps(_meta(dataset), indent=2, ensure_ascii=False)
        (data / "meta.json").write_text(meta + "\n", encoding="utf-8")
    return target


def read_autospeech(folder: str | Path) -> Dataset:
    """Read an AutoSpeech data set, of 2019 or 2020.

    Args:
        folder: `NAME`, or `NAME/NAME.data` itself.

    Returns:
        The data set; clips of any form come back as float32 waveforms.

    Raises:
        DatasetError: A file is missing, damaged, not safe to read, or contradicts another.
    """
    parts = DataFolder.find(folder)
    if parts is None:
        raise DatasetError(f"{folder}: no NAME.data folder in it; name the folder that holds one")
    meta = _read_meta(parts.data / "meta.json")
    train = _read_part(parts.data / "train.pkl", parts.data / "train.solution", meta["class_num"])
    test = _read_part(parts.data / "test.pkl", parts.solution, meta["class_num"])
    budget = meta.get("time_budget")
    return Dataset(
        parts.name,
        train,
        test,
        tuple(encodable(str(label)) for label in meta.get("label_names", ())),
        meta.get("sample_rate", 16000),
        None if budget is None else float(budget),
    )


def _meta(dataset: Dataset) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "class_num": dataset.train.class_num,
        "train_num": len(dataset.train),
        "test_num": len(dataset.test),
        "sample_rate": dataset.sample_rate,
        "file_format": "wav",
        "label_names": list(dataset.label_names),
    }
    if dataset.time_budget is not None:
        budget = dataset.time_budget
        meta["time_budget"] = int(budget) if float(budget).is_integer() else budget
    return meta


def _read_meta(path: Path) -> dict[str, Any]:
    try:
        meta = read_json(path)
    except FileNotFoundError:
        raise DatasetError(f"{path}: it is missing; it must hold at least class_num") from None
    except ValueError as error:
        raise DatasetError(f"{path}: not JSON: {error}") from error
    if not isinstance(meta, dict) or type(meta.get("class_num")) is not int:
        raise DatasetError(f"{path}: class_num must be a whole number; the file holds {meta!r:.200}")
    for key, kinds in (("sample_rate", int), ("time_budget", (int, float)), ("label_names", list)):
        if meta.get(key) is None:
            meta.pop(key, None)
        elif not isinstance(meta[key], kinds) or isinstance(meta[key], bool):
            raise DatasetError(f"{path}: {key} is {meta[key]!r:.200}; see the format's description")
    budget = meta.get("time_budget", 1)
    if not (math.isfinite(budget) and budget > 0):
        raise DatasetError(f"{path}: time_budget is {budget}; it must be seconds above 0")
    if "sample_rate" in meta and (fault := fault_of_rate(meta["sample_rate"])):
        raise DatasetError(f"{path}: sample_rate: {fault}")
    return meta


def _read_part(pickled: Path, solution: Path, class_num: int) -> LabelledClips:
    clips = _read_clips(pickled)
    labels = read_solution(solution)
    if len(labels) != len(clips):
        raise DatasetError(
            f"{solution}: {len(labels)} rows for the {len(clips)} clips of {pickled.name}; they must match"
        )
    if labels.shape[1] != class_num:
        raise DatasetError(
            f"{solution}: {labels.shape[1]} columns but class_num is {class_num} in meta.json; they must match"
        )
    return LabelledClips(clips, labels)


def _read_clips(path: Path) -> list[npt.NDArray[np.float32]]:
    try:
        clips = safe_unpickler.load(path)
    except FileNotFoundError:
        raise DatasetError(f"{path}: it is missing; put the pickled clips there") from None
    except safe_unpickler.UnsafePickleError as error:
        raise DatasetError(str(error)) from error
    if not isinstance(clips, (list, tuple)) and not (isinstance(clips, np.ndarray) and clips.ndim):
        raise DatasetError(f"{path}: it holds a {type(clips).__name__}; it must hold a list of arrays")
    clips = list(clips)
    waveforms: dict[int, npt.NDArray[np.float32]] = {}  # one array for a clip that is in the list many times
    for index, clip in enumerate(clips):
        try:
            if id(clip) not in waveforms:
                waveforms[id(clip)] = as_waveform(clip)
        except ValueError as error:
            raise DatasetError(f"{path}: clip {index}: {error}") from error
    return [waveforms[id(clip)] for clip in clips]
