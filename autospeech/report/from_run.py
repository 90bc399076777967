"""The record of a run, from the folder that `python -m autospeech run` left."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.read_dataset import read_dataset
from autospeech.plain_text import plain_text
from autospeech.regular_file import MOST_JSON, read_json, read_lines
from autospeech.report.curve_point import CurvePoint
from autospeech.report.data_summary import DataSummary
from autospeech.report.json_fields import JsonFields
from autospeech.report.judged_clip import JudgedClip
from autospeech.report.package_versions import package_versions
from autospeech.report.record_error import RecordError
from autospeech.report.run_record import RunRecord
from autospeech.text_matrix import read_text_matrix
from autospeech.yaml_lines import read_yaml_lines

SAMPLE_RATE = 16000
# Rounding may carry a probability that far out of 0..1.
_ROUNDING = 1e-4
# In bytes: of start.txt 100,000 time stamps, of learning_curve.json what is told of as many predictions.
_MOST_START, _MOST_CURVE = 2_000_000, 20_000_000

Waveform = npt.NDArray[np.float32]


def from_run(folder: str | Path) -> tuple[RunRecord, Callable[[int], Waveform]]:
    """Read what a run left.

    Args:
        folder: With `input`, `reference`, `output`, `score`, `submission` and, of our own presets, `trace.json`.

    Returns:
        The record, and what returns the waveform of a test clip, 16 kHz, by its index among the judged clips. The
        versions are those of the packages that are installed now.

    Raises:
        RecordError: A file is missing or holds what it should not.
        DatasetError: The data set is damaged.
    """
    folder = Path(folder).resolve()
    if not (folder / "output" / "start.txt").is_file():
        raise RecordError(f"{folder / 'output' / 'start.txt'}: there is no such file; name the folder of a run")
    dataset = _read_dataset(folder)
    board = JsonFields(
        str(folder / "score" / "learning_curve.json"), _json(folder / "score" / "learning_curve.json", most=_MOST_CURVE)
    )
    start = _start_time(folder / "output" / "start.txt")
    settings = _json(folder / "submission" / "settings.json", {})
    if not isinstance(settings, Mapping):
        raise RecordError(f"{folder / 'submission' / 'settings.json'}: it must hold a JSON object")
    settings = {name: value for name, value in settings.items() if name != "trace"}
    chosen = JsonFields(str(folder / "submission" / "settings.json"), {"seed": 0} | settings)
    counted = sorted(
        (one for one in board.each("predictions") if not one.text("problem", "")), key=lambda one: one.number("seconds")
    )
    multi_label = dataset.train.is_multilabel or dataset.test.is_multilabel
    last = counted[-1] if counted else None
    judged = () if last is None else _judged(folder, dataset, board.text("task_name"), last.whole("number"))
    budget = board.number("time_budget", above=0)
    # Some of what failed on the way is told by the scoring program, the rest by the data.
    warnings = [*board.texts("warnings"), *_warnings(dataset)]
    rates = {dataset.sample_rate: len(dataset.train) + len(dataset.test)}
    record = RunRecord(
        title=dataset.name,
        kind="run",
        command=_command(dataset.name, budget, settings),
        created=datetime.fromtimestamp(start, UTC).isoformat(timespec="seconds"),
        budget=budget,
        seconds_used=max((one.number("seconds", low=0) for one in counted), default=0.0),
        preset=str(settings.get("preset", "its own")),
        seed=chosen.whole("seed"),
        class_names=dataset.label_names,
        multi_label=multi_label,
        curve=tuple(
            CurvePoint(one.number("seconds", low=0), one.number("nauc"), f"prediction {one.whole('number')}")
            for one in counted
        ),
        data=DataSummary.of({"train": dataset.train, "test": dataset.test}, rates, dataset.sample_rate, warnings),
        steps=tuple(_trace(folder / "trace.json")),
        judged=judged,
        alc=board.number("alc"),
        nauc=None if last is None else last.number("nauc"),
        accuracy=None if last is None else last.number("accuracy"),
        settings=settings,
        versions=package_versions(),
    )

    def sound(index: int) -> Waveform:
        return change_rate(dataset.test.clips[index], dataset.sample_rate, SAMPLE_RATE)

    return record, sound


def _read_dataset(folder: Path) -> Dataset:
    """Read the data set, of which the run keeps the solution apart."""
    found = DataFolder.find(folder / "input")
    if found is None:
        raise RecordError(f"{folder / 'input'}: no NAME.data in it; name the folder of a run")
    with tempfile.TemporaryDirectory() as together:
        data = Path(together) / found.data.name
        data.symlink_to(found.data, target_is_directory=True)
        data.with_suffix(".solution").symlink_to(folder / "reference" / f"{found.data.stem}.solution")
        return read_dataset(together)


def _judged(folder: Path, dataset: Dataset, task: str, number: int) -> tuple[JudgedClip, ...]:
    path = folder / "output" / f"{task}.predict_{number}"
    try:
        matrix = read_text_matrix(path, dataset.test.labels.shape)
    except (OSError, ValueError) as error:
        raise RecordError(plain_text(f"{path}: the last prediction cannot be read ({error}); run it again")) from None
    if matrix.shape != dataset.test.labels.shape:
        raise RecordError(f"{path}: its shape is {matrix.shape}, that of the labels {dataset.test.labels.shape}")
    beyond = ~((matrix >= -_ROUNDING) & (matrix <= 1 + _ROUNDING))
    if beyond.any():
        row, column = np.argwhere(beyond)[0]
        raise RecordError(
            f"{path}: row {row + 1} holds {matrix[row, column]:g}; a report needs probabilities, 0 to 1, so have the "
            "submission write these"
        )
    return tuple(
        JudgedClip(f"test clip {row + 1}", tuple(map(int, np.flatnonzero(labels))), tuple(map(float, said)))
        for row, (labels, said) in enumerate(zip(dataset.test.labels, np.clip(matrix, 0, 1), strict=True))
    )


def _warnings(dataset: Dataset) -> list[str]:
    found = []
    for part, clips in (("train", dataset.train), ("test", dataset.test)):
        empty = sum(not len(clip) for clip in clips.clips)
        silent = sum(len(clip) > 0 and not np.any(clip) for clip in clips.clips)
        found += [f"{empty} {part} clips are empty"] * bool(empty) + [f"{silent} {part} clips are silent"] * bool(
            silent
        )
        lacking = [name for name, count in zip(dataset.label_names, clips.labels.sum(axis=0), strict=True) if not count]
        if lacking:
            found.append(f"no {part} clip of {', '.join(lacking[:10])}{' and others' if len(lacking) > 10 else ''}")
    return found


def _command(name: str, budget: float, settings: Mapping[str, Any]) -> str:
    words = ["python", "-m", "autospeech", "run", name, "--budget", f"{budget:g}"]
    for option in ("preset", "encoder", "augment", "mix_at", "seed"):
        if settings.get(option) is not None:
            words += [f"--{option.replace('_', '-')}", str(settings[option])]
    return shlex.join([*words, *(["--no-warm-start"] if settings.get("warm_start") is False else [])])


def _trace(path: Path) -> list[Any]:
    trace = _json(path, [])
    if not isinstance(trace, list):
        raise RecordError(f"{path}: it holds a {type(trace).__name__}; it must hold a list of decisions")
    return trace


def _json(path: Path, default: Any = None, most: int = MOST_JSON) -> Any:
    try:
        return read_json(path, most)
    except FileNotFoundError:
        if default is not None:
            return default
        raise RecordError(f"{path}: there is no such file; name the folder of a run that was scored") from None
    except ValueError as error:
        raise RecordError(f"{path}: not JSON ({error})") from None


def _start_time(path: Path) -> float:
    wanted = "it must hold `start_time`, in seconds since 1970, and the times of predictions"
    try:
        fields = read_yaml_lines(read_lines(path, _MOST_START))
        if fields is None:
            raise ValueError("it holds no line `key: value`")
        start = float(str(fields.get("start_time", 0.0)))
        datetime.fromtimestamp(start, UTC)
    except (OSError, ValueError, OverflowError) as error:
        raise RecordError(f"{path}: {wanted} ({error})") from None
    return start
