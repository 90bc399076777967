"""Files that are read whole: of the wrong kind, too large, too deep."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from bounded_calls import BoundedCalls

from autospeech.regular_file import json_value, open_regular, read_bytes, read_json, read_lines

ROOT = Path(__file__).parents[1]


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_socket(path: Path) -> None:
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


KINDS = {"a pipe": pipe, "a device": device, "a folder": Path.mkdir, "a socket": a_socket}
# Every reader, with what tells its own error.
READERS = {
    "autospeech.regular_file:read_json": "ValueError: ",
    "autospeech.text_matrix:read_text_matrix": "ValueError: {path}",
    "autospeech.datasets.table_rows:table_rows": "DatasetError: {path}",
    "autospeech.datasets.solution_file:read_solution": "DatasetError: {path}",
    "autospeech.datasets.autodl_metadata:AutoDLMetadata.read": "DatasetError: {path}",
    "autospeech.datasets.autospeech_format:_read_meta": "DatasetError: {path}",
    "autospeech.datasets.layouts.kaldi:_pairs": "DatasetError: {path}",
    "autospeech.datasets.layouts.naming_table:_json_rows": "DatasetError: {path}",
    "autospeech.bundle.competition_task:_read_meta": "DatasetError: {path}",
    "autospeech.report.from_run:_json": "RecordError: {path}",
    "autospeech.report.from_run:_start_time": "RecordError: {path}",
    "autospeech.export.model_file:read_model": "ModelFileError: {path}",
    "autospeech.statistics.trunk:Trunk.load": "ValueError: {path}",
    "autospeech.audio.decode:decode": "AudioDecodeError: {path}",
    "autospeech.bundle.check_submission:check_submission": "BundleError: {path}",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_regular_file_is_refused(
    bounded: BoundedCalls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "given"
    KINDS[kind](path)
    outcome = bounded(reader, path).check()
    assert outcome.error.startswith(READERS[reader].format(path=path)), outcome
    assert any(words in outcome.error for words in (kind, "no file", "no such file")), outcome


def test_a_report_and_what_a_run_has_left(bounded: BoundedCalls, tmp_path: Path) -> None:
    for name in ("report.json", "start.txt"):
        os.mkfifo(tmp_path / name)
    assert "a pipe" in bounded("autospeech.report.run_record:RunRecord.read", tmp_path).check().error
    assert bounded("autospeech.harness:_read_fields", tmp_path / "start.txt").check().value == "{}"


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"[1]")
    (tmp_path / "link").symlink_to("file")
    assert read_json(tmp_path / "link") == [1]
    with open_regular(tmp_path / "link") as file:
        assert file.read() == b"[1]"
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "none")


def test_no_more_is_read_than_there_may_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345\n78\n")
    assert read_bytes(tmp_path / "file", 9) == b"12345\n78\n"
    with pytest.raises(ValueError, match="it has 9 bytes; 8 are the most"):
        read_bytes(tmp_path / "file", 8)
    assert [read_lines(tmp_path / "file", most) for most in (9, 8, 5)] == ["12345\n78\n", "12345\n", ""]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("9" * 309, "a number of 309 digits"),
        ("9" * 5000, "a number of 5000 digits"),
        ("-1e999", "the number -1e999 is larger"),
        ("1" + "0" * 400 + ".5", "larger than a float"),
        ("{}\0", "Extra data"),
        ("", "Expecting value"),
    ],
)
def test_json_that_costs_much_or_overflows(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        json_value(text)


def test_json_that_is_read() -> None:
    assert json_value(f"[{'9' * 308}, 1.5e300, -0.0]") == [int("9" * 308), 1.5e300, -0.0]
