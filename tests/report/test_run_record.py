"""Records that are whole, and records that are not."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.report.curve_point import CurvePoint
from autospeech.report.data_summary import DataSummary
from autospeech.report.record_error import RecordError
from autospeech.report.run_record import RunRecord


@pytest.mark.parametrize("multi_label", [False, True])
def test_what_is_written_is_read(make_record, tmp_path, multi_label):
    record = make_record(multi_label=multi_label, title="ü \udcff <b>", alc=0.5)
    path = record.write(tmp_path / "new" / "folder")
    assert RunRecord.read(path) == RunRecord.read(path.parent) == record
    assert [file.name for file in path.parent.iterdir()] == ["report.json"]


def test_numbers_of_numpy_are_taken(make_record, tmp_path):
    record = make_record(curve=(CurvePoint(np.float32(0.5), np.float64(0.5)),), seed=np.int64(3))  # type: ignore[arg-type]
    assert RunRecord.read(record.write(tmp_path)) == record
    assert type(record.curve[0].seconds) is float and type(record.seed) is int


def put(values: dict[str, Any], place: str, value: Any) -> None:
    *way, last = [int(part) if part.isdecimal() else part for part in place.split("/")]
    for part in way:
        values = values[part]
    if value is KeyError:
        del values[last]
    else:
        values[last] = value


BAD = [
    ("title", KeyError, "title is missing"),
    ("judged", KeyError, "judged is missing"),
    ("data/hours", KeyError, "data: hours is missing"),
    ("judged/3/name", KeyError, r"judged\[3\]: name is missing"),
    ("title", 7, "title is 7; it must be a text"),
    ("kind", "walk", "kind is 'walk'; it must be one of fit, run"),
    ("created", "yesterday", "created is 'yesterday'; it must be a time such as"),
    ("budget", 0, "budget is 0; it must be a finite number above 0"),
    ("budget", math.inf, "budget is inf"),
    ("budget", 10**400, "a number of 401 digits"),
    ("seconds_used", -1, "seconds_used is -1; it must be a finite number of at least 0"),
    ("seed", True, "seed is True; it must be a whole number of at least 0"),
    ("class_names", ["a", "a", "b", "c"], "at least two names, all different"),
    ("class_names", ["a", "b", "c", 4], r"class_names\[3\] is 4; it must be a text"),
    ("class_names", ["a", "b"], r"class_counts: train is \[10, 11, 12, 13\]; it must be 2 counts"),
    ("multi_label", 0, "multi_label is 0; it must be true or false"),
    ("curve", {}, r"curve is \{\}; it must be a list"),
    ("curve/1/nauc", math.nan, r"curve\[1\]: nauc is nan; it must be a finite number of at least -1 and at most 1"),
    ("curve/1/seconds", 0.1, r"curve\[1\].seconds is 0.1; it must be later than the point before"),
    ("curve/0", 0.5, r"curve\[0\] is 0.5; it must be a JSON object"),
    ("alc", 1.2, "alc is 1.2; it must be a finite number of at least -1 and at most 1, or null"),
    ("accuracy", "good", "accuracy is 'good'"),
    ("steps/0/time", None, r"steps\[0\]: time is None"),
    ("steps/0/decision", KeyError, r"steps\[0\]: decision is missing"),
    ("judged/0/labels", [4], r"judged\[0\]: labels is \[4\]; it must be different indices of classes, 0 to 3"),
    ("judged/0/labels", [0, 0], "different indices"),
    ("judged/0/labels", [0, 1], "it must be one class, since multi_label is false"),
    ("judged/0/labels", [], "it must be one class"),
    ("judged/0/probabilities", [0.5, 0.5], "4 numbers, one a class, not 2"),
    ("judged/0/probabilities/2", 1.01, r"judged\[0\]: probabilities\[2\] is 1.01; it must be a number from 0 to 1"),
    ("judged/0/probabilities/2", math.nan, r"probabilities\[2\] is nan"),
    ("judged/0/probabilities/2", "0.1", r"probabilities\[2\] is '0.1'"),
    ("data/class_counts/train", [1, 2], "4 counts, one a class, not 2"),
    ("data/class_counts/train/1", -1, r"train\[1\] is -1"),
    ("data/sample_rates", {"fast": 3}, "counts by rates in Hz"),
    ("data/length_quantiles", {"2": 3.0}, "seconds by quantiles from 0 to 1"),
    ("data/length_quantiles", {"0.1": 3.0, "0.9": 1.0}, "seconds that rise with the quantile"),
    ("data/warnings", "careful", "warnings is 'careful'; it must be a list"),
    ("doubts", "none", "doubts is 'none'; it must be a list"),
    ("settings", [], r"settings is \[\]"),
    ("versions/keras", 3, r"versions\['keras'\] is 3; it must be a text"),
]


@pytest.mark.parametrize(("place", "value", "message"), BAD, ids=[f"{place}={value!r:.20}" for place, value, _ in BAD])
def test_a_bad_value_is_named(make_record, tmp_path: Path, place, value, message):
    path = make_record().write(tmp_path)
    values = json.loads(path.read_text())
    put(values, place, value)
    path.write_text(json.dumps(values))
    with pytest.raises(RecordError, match=message) as caught:
        RunRecord.read(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "message"), [("{", "not JSON"), ("[]", "must be a JSON object"), (None, "no such file")]
)
def test_a_bad_file_is_named(tmp_path, text, message):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(RecordError, match=message) as caught:
        RunRecord.read(tmp_path)
    assert str(path) in str(caught.value)


def test_a_record_that_is_made_is_checked_too(make_record):
    record = make_record()
    with pytest.raises(RecordError, match="the record: nauc is nan"):
        replace(record, nauc=math.nan)


def test_settings_that_json_does_not_know_write_nothing(make_record, tmp_path):
    with pytest.raises(RecordError, match="settings or steps hold what JSON does not know"):
        make_record(settings={"folder": Path()}).write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_data_are_counted():
    clips = [np.zeros(length, np.float32) for length in (8000, 16000, 32000)]
    summary = DataSummary.of({"train": LabelledClips(clips, np.array([[1, 0], [1, 1], [0, 0]]))}, {44100: 1, 8000: 2})
    assert (summary.clips, summary.class_counts) == (3, {"train": (2, 1)})
    assert summary.hours == pytest.approx(3.5 / 3600)
    assert summary.sample_rates == {"8000": 2, "44100": 1}
    assert (summary.length_quantiles["0"], summary.length_quantiles["0.5"], summary.length_quantiles["1"]) == (
        0.5,
        1,
        2,
    )


def test_a_record_from_before_there_were_doubts_is_read(make_record, tmp_path: Path):
    path = make_record(doubts=("copies",)).write(tmp_path)
    assert RunRecord.read(path).doubts == ("copies",)
    values = json.loads(path.read_text())
    del values["doubts"]
    path.write_text(json.dumps(values))
    assert RunRecord.read(path).doubts == ()
