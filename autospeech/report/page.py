"""The page about a fit or a run."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from autospeech.report.calibration import BINS, Calibration
from autospeech.report.class_figures import accuracy, class_figures, nauc
from autospeech.report.confusion import Confusion
from autospeech.report.curve_chart import CurveChart
from autospeech.report.heard_mistake import HeardMistake, Sounds
from autospeech.report.learning_curve_area import learning_curve_area
from autospeech.report.mistake import mistakes
from autospeech.report.reliability_chart import ReliabilityChart
from autospeech.report.run_record import RunRecord
from autospeech.report.seconds_text import seconds_text
from autospeech.report.step import Step, steps_of
from autospeech.report.time_axis import KINDS, Kind, TimeAxis
from autospeech.report.weights_chart import WeightsChart, learner_shares
from autospeech.whole_writing import whole_file

FILE = "report.html"
MOST_HEARD = 12
# On a wide window and on a narrow one; text keeps its size on both.
WIDTHS = (1000, 420)
# In the order in which they stand: what a person asks first about a fit is what it gets wrong.
SECTIONS = {
    "fit": ("mistakes", "classes", "calibration", "learning", "data", "repeat"),
    "run": ("learning", "classes", "calibration", "mistakes", "data", "repeat"),
}
LABELS = {"repeat": "Repeat it"}


def write_report(record: RunRecord, folder: str | Path, sounds: Sounds | None = None) -> Path:
    """Write the page of a record, whole or not at all.

    Args:
        record: The fit or the run.
        folder: Where `report.html` goes; it is made where there is none.
        sounds: Returns the waveform of a judged clip, `(samples,)`, float32, 16 kHz, by its index in `record.judged`.
            It is asked for the most confident mistakes, at most twelve. Without it there is nothing to hear.

    Returns:
        The page, one file that loads nothing.

    Raises:
        OSError: It cannot be written there.
    """
    path = Path(folder) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part:
        # Names of files may hold what UTF-8 cannot say.
        part.write_text(report_page(record, sounds), encoding="utf-8", errors="replace")
    return path


def report_page(record: RunRecord, sounds: Sounds | None = None) -> str:
    """Return the page of a record as an HTML document; arguments as for `write_report`."""
    environment = Environment(
        loader=PackageLoader("autospeech.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(seconds=seconds_text, share=_share, score=_score)
    files = resources.files("autospeech.report") / "templates"
    script = (files / "page.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return environment.get_template("page.html.jinja").render(
        # Our own files, which need no escaping.
        style=Markup((files / "page.css").read_text("utf-8")),
        script=Markup(script),
        policy="default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; "
        f"script-src 'sha256-{digest}'",
        record=record,
        sections=[(place, LABELS.get(place, place.capitalize())) for place in SECTIONS[record.kind]],
        created=datetime.fromisoformat(record.created),
        settings={name: _text(value) for name, value in record.settings.items()},
        **_learning(record),
        **_judged(record, sounds),
    )


def _learning(record: RunRecord) -> dict[str, Any]:
    steps = steps_of(record.steps)
    moments = [point.seconds for point in record.curve] + [step.seconds for step in steps]
    end = max([record.budget, *moments])
    first = min((seconds for seconds in moments if seconds > 0), default=end / 100)
    # Logarithmic time and the area under the curve are a competition's.
    kinds: dict[Kind, str] = KINDS if record.kind == "run" else {"real": KINDS["real"]}
    axes = [TimeAxis(kind, first, end) for kind in kinds]
    blends = learner_shares(steps)
    alc = record.alc
    if alc is None and record.curve and record.kind == "run":
        alc = learning_curve_area(record.curve, record.budget)
    return {
        "alc": alc,
        "steps": steps,
        "kinds": kinds,
        "curves": [CurveChart.of(record.curve, steps, axis, width) for axis in axes for width in WIDTHS],
        "blends": blends,
        "blend_charts": [WeightsChart.of(steps, axis, width, end) for axis in axes for width in WIDTHS]
        if blends
        else [],
        "members": _members(steps),
    }


def _members(steps: list[Step]) -> dict[str, Any]:
    """Return the weights of all members in each blend that was kept, as shares."""
    kept = [step for step in steps if step.is_kept and sum(step.weights.values()) > 0]
    names = list(dict.fromkeys(name for step in steps for name in step.evidence))
    names += [name for name in dict.fromkeys(name for step in kept for name in step.weights) if name not in names]
    evidence = {name: value for step in steps for name, value in step.evidence.items()}
    rows = [
        (name, evidence.get(name), [step.weights.get(name, 0.0) / sum(step.weights.values()) for step in kept])
        for name in names
    ]
    return {"steps": kept, "rows": rows}


def _judged(record: RunRecord, sounds: Sounds | None) -> dict[str, Any]:
    truth, probabilities = record.truth, record.probabilities
    if not len(truth):
        return {"nauc": record.nauc, "accuracy": record.accuracy, "judged": False, "wrong": 0}
    figures = class_figures(truth, probabilities, record.multi_label)
    wrong = mistakes(truth, probabilities, record.multi_label)
    calibration = Calibration.of(truth, probabilities, record.multi_label)
    return {
        "nauc": record.nauc if record.nauc is not None else nauc(figures),
        "accuracy": (
            record.accuracy if record.accuracy is not None else accuracy(truth, probabilities, record.multi_label)
        ),
        "judged": True,
        "figures": list(zip(record.class_names, figures, strict=True)),
        "hardest": _hardest(record, figures),
        "confusion": None if record.multi_label else Confusion.of(truth, probabilities),
        "calibration": calibration,
        "bins": [
            (number / BINS, (number + 1) / BINS, int(count), float(confidence), float(right))
            for number, (count, confidence, right) in enumerate(
                zip(calibration.counts, calibration.confidence, calibration.right, strict=True)
            )
            if count
        ],
        "reliability": ReliabilityChart.of(calibration),
        "wrong": len(wrong),
        "heard": [HeardMistake.of(mistake, sounds) for mistake in wrong[:MOST_HEARD]],
    }


def _hardest(record: RunRecord, figures: list[Any]) -> tuple[str, float] | None:
    """Return the class that is missed most, and its recall."""
    found = [(one.recall, name) for name, one in zip(record.class_names, figures, strict=True) if one.clips]
    recall, name = min(found, key=lambda pair: pair[0], default=(1.0, ""))
    return (name, recall) if recall is not None and recall < 1 else None


def _share(value: float | None, digits: int = 1) -> str:
    return "–" if value is None or np.isnan(value) else f"{100 * value:.{digits}f} %"


def _score(value: float | None, digits: int = 4) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def _text(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
