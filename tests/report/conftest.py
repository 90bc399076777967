"""Records as a caller would write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from record_parts import TRACE, judged_clips

from autospeech.report.curve_point import CurvePoint
from autospeech.report.data_summary import DataSummary
from autospeech.report.run_record import RunRecord


@pytest.fixture
def make_record() -> Callable[..., RunRecord]:
    """Make a record of so many classes; other values are given by name."""

    def make(classes: int = 4, **values: Any) -> RunRecord:
        names = tuple(f"class {number}" for number in range(classes))
        counts = tuple(10 + number for number in range(classes))
        given: dict[str, Any] = {
            "title": "bells",
            "kind": "fit",
            "command": "python -m autospeech fit bells --budget 60",
            "created": "2026-01-31T12:00:00+00:00",
            "budget": 60.0,
            "seconds_used": 6.1,
            "preset": "default",
            "seed": 3,
            "class_names": names,
            "multi_label": False,
            "curve": (CurvePoint(0.25, 0.8, "first look"), CurvePoint(0.6, 0.9), CurvePoint(4.6, 0.97)),
            "data": DataSummary(
                sum(counts), 0.4, {"train": counts}, {"16000": 3, "44100": 9}, {"0": 0.5, "0.5": 1.5, "1": 4.0}
            ),
            "steps": tuple(TRACE),
            "judged": tuple(judged_clips(classes, multi_label=bool(values.get("multi_label")))),
            "settings": {"augment": "auto", "warm_start": True},
            "versions": {"keras": "3.13.2"},
        }
        return RunRecord(**{**given, **values})

    return make
