from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from autospeech.schedule.trace import Trace


def strict(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is not JSON")


def read(path: Path) -> Any:
    return json.loads(path.read_text(), parse_constant=strict)


def test_the_file_is_whole_after_each_decision(tmp_path: Path) -> None:
    path = tmp_path / "trace.json"
    trace = Trace(path)
    for number in range(5):
        trace.add(0.1 * number, "chose", rung=f"rung {number}", offers={"a": {"gain": 0.5}})
        assert read(path) == trace.decisions
        assert len(trace.decisions) == number + 1
        assert [file.name for file in tmp_path.iterdir()] == ["trace.json"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (0.123456, 0.1235),
        (3, 3),
        (True, True),
        (None, None),
        ("text", "text"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (float("nan"), "nan"),
        (np.float32(0.25), 0.25),
        (np.float64("inf"), "inf"),
        (np.longdouble(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (np.str_("text"), "text"),
        (np.array([[0.5, np.nan], [1, 2]]), [[0.5, "nan"], [1.0, 2.0]]),
        (np.array(3.0), 3.0),
        ((1, [2.00001, {"deep": np.inf}]), [1, [2.0, {"deep": "inf"}]]),
        ({1: 2, None: np.float32(3), ("a", 1): {}}, {"1": 2, "None": 3.0, "('a', 1)": {}}),
        (Path("a/b"), "a/b"),
        (ValueError("wrong"), "wrong"),
    ],
    ids=str,
)
def test_any_detail_becomes_json(tmp_path: Path, given: Any, kept: Any) -> None:
    path = tmp_path / "trace.json"
    trace = Trace(path)
    trace.add(1.0, "learnt", detail=given)
    assert read(path) == trace.decisions == [{"time": 1.0, "decision": "learnt", "detail": kept}]


@pytest.mark.parametrize(
    ("time", "kept"), [(np.float32(0.5), 0.5), (np.float64(1.23456), 1.2346), (2, 2.0), (np.inf, "inf")]
)
def test_any_time(tmp_path: Path, time: float, kept: Any) -> None:
    trace = Trace(tmp_path / "trace.json")
    trace.add(time, "done")
    assert read(tmp_path / "trace.json")[0]["time"] == pytest.approx(kept, abs=1e-3) if kept != "inf" else "inf"


@pytest.mark.parametrize("kind", ["no folder", "a folder", "a file as folder"])
def test_where_it_cannot_write_it_warns_once_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("")
    places = {"no folder": "none/trace.json", "a folder": "taken", "a file as folder": "taken/file/trace.json"}
    trace = Trace(tmp_path / places[kind])
    with caplog.at_level(logging.INFO, "autospeech"):
        for number in range(3):
            trace.add(number, "chose")
    assert len(trace.decisions) == 3
    warned = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warned) == 1
    assert str(tmp_path / places[kind]) in warned[0]
    assert not list(tmp_path.glob("**/*.part"))


def test_each_decision_is_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "autospeech"):
        trace = Trace()
        trace.add(0.414, "learnt", rung="first look", gain=0.123456)
        trace.add(1, "done")
    assert [record.getMessage() for record in caplog.records] == [
        "0.41 s: learnt (rung first look, gain 0.1235)",
        "1.00 s: done",
    ]
    assert not list(tmp_path.iterdir())
