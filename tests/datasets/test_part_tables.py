"""A table for each part of a data set."""

from __future__ import annotations

from pathlib import Path

import pytest

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings, source_name


def make(folder: Path, header: str, **parts: str) -> Path:
    (folder / "clips").mkdir(parents=True)
    for name in "abcd":
        (folder / "clips" / f"{name}.wav").touch()
    for part, names in parts.items():
        rows = (f"clips/{name}.wav,{'wren' if name < 'c' else 'owl'}\n" for name in names)
        (folder / f"{part}.csv").write_text(f"{header}\n" + "".join(rows))
    return folder


@pytest.mark.parametrize("header", ["file_name,label", "filename,species", "Path,Label"])
def test_parts_are_one_data_set(tmp_path: Path, header: str) -> None:
    folder = make(tmp_path / "birds", header, train="ac", val="b", test="d")
    found = {one.path.stem: (one.labels[0], one.split) for one in list_recordings(folder)}
    assert found == {"a": ("wren", "train"), "b": ("wren", "train"), "c": ("owl", "train"), "d": ("owl", "test")}
    assert source_name(folder) == "birds"
    assert [one.split for one in list_recordings(folder / "test.csv")] == [None]


def test_tasks_are_not_parts(tmp_path: Path) -> None:
    folder = make(tmp_path / "birds", "file_name,label", train="ac", test="d", mood="abcd")
    with pytest.raises(DatasetError, match=r"several tasks \(mood.csv, test.csv, train.csv\); name one"):
        list_recordings(folder)


def test_a_file_in_two_parts_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "birds", "file_name,label", train="ac", test="cd")
    with pytest.raises(DatasetError, match=r"c.wav: it stands in .*test.csv and in .*train.csv; take it out of one"):
        list_recordings(folder)
