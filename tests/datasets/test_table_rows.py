"""Tables as spreadsheets and data frames write them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from autospeech.datasets.csv_table import is_task_table, read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings

FRAME = pd.DataFrame({"file_name": ["a.wav", "b.wav"], "label": ["é", "x|y"]})
EXPECTED = [("a.wav", ("é",)), ("b.wav", ("x", "y"))]
PLAIN = "file_name,label\na.wav,é\nb.wav,x|y\n"


def listed(folder: Path, name: str = "t.csv") -> list[tuple[str, tuple[str, ...]]]:
    for sound in ("a.wav", "b.wav"):
        (folder / sound).touch()
    return [(found.path.name, found.labels) for found in read_table(folder / name)]


TABLES = {
    "index of to_csv": FRAME.to_csv(),
    "index read and written again": FRAME.reset_index(names="Unnamed: 0").to_csv(),
    "trailing commas": "file_name,label,,\na.wav,é,,\nb.wav,x|y,,\n",
    "trailing commas in rows alone": "file_name,label\na.wav,é,\nb.wav,x|y,,,\n",
    "blank first lines": "\n  \n,,\n" + PLAIN,
    "blank lines between": "file_name,label\n\na.wav,é\n,\n\nb.wav,x|y\n\n\n",
    "semicolons": PLAIN.replace(",", ";"),
    "semicolons, the name of a column quoted with a comma": 'file_name;label;"notes, more, and more"\n'
    "a.wav;é;1,5\nb.wav;x|y;\n",
    "semicolons with sep": "sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n"),
    "tabs": PLAIN.replace(",", "\t"),
    "carriage returns alone": PLAIN.replace("\n", "\r"),
    "quoted": '"file_name","label"\n"a.wav","é"\n"b.wav","x|y"\n',
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_what_programs_write_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    assert is_task_table(tmp_path / "t.csv")
    assert listed(tmp_path) == EXPECTED
    assert [found.labels for found in list_recordings(tmp_path)] == [labels for _, labels in EXPECTED]


def test_tsv(tmp_path: Path) -> None:
    # As many commas as tabs: the suffix tells.
    (tmp_path / "t.tsv").write_text("file_name\tlabel, as heard\na.wav\té\nb.wav\tx|y\n", "utf-8")
    assert listed(tmp_path, "t.tsv") == EXPECTED
    assert [found.labels for found in list_recordings(tmp_path / "t.tsv")] == [("é",), ("x", "y")]


def test_json_lines_in_utf_16(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(FRAME.to_json(orient="records", lines=True), "utf-16")
    assert listed(tmp_path, "t.jsonl") == EXPECTED


def test_nothing_in_a_list_of_labels_is_no_label(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"file_name": "a.wav", "label": ["x", null, "y"]}')
    assert listed(tmp_path, "t.jsonl") == [("a.wav", ("x", "y"))]


def test_data_frames_with_the_index_as_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    listed_names = [(found.path.name, found.labels) for found in list_recordings(FRAME.reset_index(names="Unnamed: 0"))]
    assert listed_names == EXPECTED


BAD_TABLES = {
    "not a table in UTF-8: .*0xe9.*iconv -f WINDOWS-1252": PLAIN.encode("latin-1"),
    "it holds NUL bytes": b"\1\2\0file_name,label\na.wav,x\n",
    "line 4 has more cells than the header; quote cells": b"file_name,label\n\na.wav,z\nb.wav,x,y\n",
    "two of its columns are called 'label'": b"file_name,label,label\na.wav,x,y\n",
    "its columns are file_name; it needs file_name and label": b",file_name,\n0,a.wav,x\n",
    "line 2: no label": b"file_name,label\na.wav\n",
    "lists no files": b"file_name,label\n\n,\n",
    "the table lists no files": b"",
    r"t.csv: not a table: field larger": b"file_name,label\n" + b"a" * 200_000 + b",x\n",
}


@pytest.mark.parametrize(("message", "content"), BAD_TABLES.items(), ids=BAD_TABLES.keys())
def test_what_is_wrong_is_named(tmp_path: Path, message: str, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(DatasetError, match=message):
        read_table(tmp_path / "t.csv")


def test_json_without_an_end_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("[" * 100_000)
    with pytest.raises(DatasetError, match="not a table"):
        read_table(tmp_path / "t.jsonl")


def test_a_file_that_is_no_table_is_no_task(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"\x00\x01" * 100)
    assert not is_task_table(tmp_path / "t.csv")
