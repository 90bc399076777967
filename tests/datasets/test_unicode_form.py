"""Names that look the same are the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autospeech.datasets.label_matrix import label_matrix
from autospeech.datasets.list_recordings import check_source, list_recordings, source_name
from autospeech.datasets.list_sounds import list_sounds
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.unicode_form import as_written

NFC, NFD = "caf\u00e9", "cafe\u0301"


def make_tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(("there", "named"), [(NFC, NFD), (NFD, NFC)])
def test_arguments_are_found_either_way(tmp_path: Path, there: str, named: str) -> None:
    folder = make_tree(tmp_path, f"{there}/{there}.wav", "tea/1.wav")
    assert list_sounds(folder / named / f"{named}.wav") == [folder / there / f"{there}.wav"]
    assert list_sounds(folder / named) == [folder / there / f"{there}.wav"]
    assert check_source(folder / named) == folder / there
    assert source_name(folder / named) == there
    assert [found.labels for found in list_recordings(folder)] == [(NFC,), ("tea",)]


@pytest.mark.parametrize(("there", "named"), [(NFC, NFD), (NFD, NFC)])
def test_what_runs_where_the_terminal_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str, named: str
) -> None:
    make_tree(tmp_path, f"{there}.wav")
    monkeypatch.chdir(tmp_path)
    assert list_sounds(f"{named}.wav") == [Path(f"{there}.wav")]


def test_two_folders_are_one_class(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, f"{NFC}/1.wav", f"{NFD}/1.wav", "tea/1.wav")
    with pytest.warns(ListingWarning, match=f"the class '{NFC}' is written in two Unicode forms"):
        found = list_recordings(folder)
    assert sorted(one.labels for one in found) == [(NFC,), (NFC,), ("tea",)]
    assert len({one.path for one in found}) == 3


def test_tables(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "1.wav", "2.wav", "3.wav")
    rows = f"1.wav,{NFC},{NFC}\n2.wav,{NFD},{NFD}\n3.wav,{NFC}|{NFD}|tea,{NFC}\n"
    (folder / "t.csv").write_text(f"file_name,label,group\n{rows}", "utf-8")
    with pytest.warns(ListingWarning, match=f"t.csv: the class '{NFC}'"):
        found = list_recordings(folder)
    assert [one.labels for one in found] == [(NFC,), (NFC,), (NFC, "tea")]
    assert {one.group for one in found} == {NFC}


@pytest.mark.parametrize(
    "y",
    [[NFC, NFD, "tea"], np.array([NFC, NFD, "tea"]), pd.Series([NFC, NFD, "tea"]), [{NFC}, [NFD], {NFC, NFD, "tea"}]],
)
def test_labels_in_python(y: object) -> None:
    y = [set(labels) for labels in y] if isinstance(y, list) and isinstance(y[0], set) else y
    with pytest.warns(ListingWarning, match="y: the class"):
        classes, labels, _ = label_matrix(y, 3)
    assert classes.tolist() == [NFC, "tea"]
    assert labels[:2].tolist() == [[1, 0], [1, 0]]


def test_labels_in_one_form_come_back_as_they_were_given() -> None:
    assert label_matrix([NFD, "tea"], 2)[0].tolist() == [NFD, "tea"]
    assert as_written([NFD, "tea"], [NFC, "tea", "x"]) == [NFD, "tea", "x"]
    assert as_written([NFD, "tea"], [{NFC, "tea"}, [NFC], ()]) == [{NFD, "tea"}, {NFD}, set()]
    matrix = np.eye(2)
    assert as_written([0, 1], matrix) is matrix
