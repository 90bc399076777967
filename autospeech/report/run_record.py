"""What is kept of a fit or a run, and what a page is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from autospeech.regular_file import read_json
from autospeech.report.curve_point import CurvePoint
from autospeech.report.data_summary import DataSummary
from autospeech.report.json_fields import JsonFields
from autospeech.report.judged_clip import JudgedClip
from autospeech.report.record_error import RecordError
from autospeech.whole_writing import whole_file

# Of the file: what is said of some million clips and classes.
MOST_BYTES = 500_000_000
FILE = "report.json"
KINDS = ("fit", "run")
Kind = Literal["fit", "run"]


@dataclass(frozen=True)
class RunRecord:
    """A fit or a run, as data.

    Args:
        title: Heading of the page.
        kind: `fit`, which is judged by its out-of-fold answers, or `run`, which is judged on test clips.
        command: The line that repeats it.
        created: When it began, ISO 8601.
        budget: Seconds that it might use, above 0.
        seconds_used: Seconds that it did use.
        preset: Name of the settings.
        seed: Seeds everything.
        class_names: One a class, all different.
        multi_label: Whether a clip may have several labels, or none.
        curve: NAUC over time, time rising: validated for a fit, scored on the test clips for a run.
        data: What the data set holds.
        steps: The entries of the schedule's trace: what it did, each with `time` and `decision`.
        judged: The clips of the last answer: out of fold for a fit, of the test for a run.
        alc: Area under the learning curve; None to have the page compute it from the curve.
        nauc: Of the last answer; None to have the page compute it from `judged`.
        accuracy: Of the last answer, 0..1; None likewise.
        doubts: Why the figures cannot be trusted, a text each.
        settings: What to set to repeat it.
        versions: Of what ran it, by package.

    Raises:
        RecordError: A value is wrong, or two contradict each other.

    Example:
        >>> data = DataSummary(2, 0.1, {"train": (1, 1)}, {"16000": 2}, {"0.5": 1.5})
        >>> record = RunRecord("hum or click", "fit", "python -m autospeech fit", "2026-01-31T12:00:00+00:00", 60.0,
        ...     12.5, "default", 0, ("hum", "click"), False, (CurvePoint(0.3, 0.9),), data)
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     RunRecord.read(record.write(Path(folder))) == record
        True
    """

    title: str
    kind: Kind
    command: str
    created: str
    budget: float
    seconds_used: float
    preset: str
    seed: int
    class_names: tuple[str, ...]
    multi_label: bool
    curve: tuple[CurvePoint, ...]
    data: DataSummary
    steps: tuple[Mapping[str, Any], ...] = ()
    judged: tuple[JudgedClip, ...] = ()
    alc: float | None = None
    nauc: float | None = None
    accuracy: float | None = None
    doubts: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The checks are those of a file that is read, so that what is made can be read again.
        for name, value in self._checked(JsonFields("the record", self._as_json())).items():
            object.__setattr__(self, name, value)

    @classmethod
    def read(cls, path: str | Path) -> RunRecord:
        """Read a record.

        Args:
            path: The JSON file, or the folder that holds it as `report.json`.

        Raises:
            RecordError: There is none, or it is damaged; the message names the file, the key and the value.
        """
        path = Path(path)
        path = path / FILE if path.is_dir() else path
        try:
            values = read_json(path, MOST_BYTES)
        except FileNotFoundError:
            raise RecordError(f"{path}: there is no such file; name the folder of a fit or of a run's report") from None
        except ValueError as error:
            raise RecordError(f"{path}: not JSON ({error}); write it anew") from None
        return cls(**cls._checked(JsonFields(str(path), values)))

    def write(self, folder: str | Path) -> Path:
        """Write the record as `report.json`, whole or not at all.

        Args:
            folder: It is made where there is none.

        Returns:
            The file.

        Raises:
            RecordError: The settings or steps hold something else than texts, numbers, lists and mappings of them.
            OSError: It cannot be written there.
        """
        path = Path(folder) / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            text = json.dumps(self._as_json(), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise RecordError(
                f"{path}: settings or steps hold what JSON does not know ({error}); give its text"
            ) from None
        with whole_file(path) as part:
            part.write_text(text + "\n", "utf-8")
        return path

    @property
    def truth(self) -> npt.NDArray[np.bool_]:
        """Whether a judged clip has a class, `(clips, classes)`."""
        truth = np.zeros((len(self.judged), len(self.class_names)), bool)
        for row, clip in enumerate(self.judged):
            truth[row, list(clip.labels)] = True
        return truth

    @property
    def probabilities(self) -> npt.NDArray[np.float64]:
        """What was said of the judged clips, `(clips, classes)`."""
        shape = len(self.judged), len(self.class_names)
        return np.array([clip.probabilities for clip in self.judged], np.float64).reshape(shape)

    def _as_json(self) -> dict[str, Any]:
        return {
            **{each.name: _plain(getattr(self, each.name)) for each in fields(self)},
            "curve": [vars(point) for point in self.curve],
            "data": {name: _plain(value) for name, value in vars(self.data).items()},
            "judged": [{name: _plain(value) for name, value in vars(clip).items()} for clip in self.judged],
        }

    @staticmethod
    def _checked(record: JsonFields) -> dict[str, Any]:
        kind = record.text("kind")
        if kind not in KINDS:
            record.refuse("kind", kind, f"one of {', '.join(KINDS)}")
        created = record.text("created")
        try:
            datetime.fromisoformat(created)
        except ValueError:
            record.refuse("created", created, "a time such as 2026-01-31T12:00:00+00:00")
        names = record.texts("class_names")
        if len(names) < 2 or len(set(names)) != len(names):
            record.refuse("class_names", list(names), "at least two names, all different")
        multi_label = record.flag("multi_label")
        curve = tuple(CurvePoint.read(point) for point in record.each("curve"))
        for place in range(1, len(curve)):
            if curve[place].seconds < curve[place - 1].seconds:
                record.refuse(f"curve[{place}].seconds", curve[place].seconds, "later than the point before")
        for step in record.each("steps"):
            step.number("time", low=0)
            step.text("decision")
        versions = record.mapping("versions")
        for name, version in versions.items():
            if not isinstance(version, str):
                record.refuse(f"versions[{name!r}]", version, "a text")
        return {
            "title": record.text("title"),
            "kind": kind,
            "command": record.text("command"),
            "created": created,
            "budget": record.number("budget", above=0),
            "seconds_used": record.number("seconds_used", low=0),
            "preset": record.text("preset"),
            "seed": record.whole("seed"),
            "class_names": names,
            "multi_label": multi_label,
            "curve": curve,
            "data": DataSummary.read(record.within("data"), len(names)),
            "steps": tuple(record.items("steps")),
            "judged": tuple(JudgedClip.read(clip, len(names), multi_label) for clip in record.each("judged")),
            "alc": record.number("alc", low=-1, high=1, none=True),
            "nauc": record.number("nauc", low=-1, high=1, none=True),
            "accuracy": record.number("accuracy", low=0, high=1, none=True),
            "doubts": record.texts("doubts") if "doubts" in record else (),
            "settings": record.mapping("settings"),
            "versions": versions,
        }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: lists for tuples, dicts for mappings."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return list(value) if isinstance(value, tuple) else value
