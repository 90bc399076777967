"""Data sets of soundata and mirdata, made small: their own loaders with an index of a few clips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import mirdata
import pytest
import soundata

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.dataset_objects import recordings_of_dataset
from autospeech.datasets.list_recordings import list_recordings, source_name
from autospeech.datasets.read_dataset import read_dataset


def with_index(dataset: Any, place: Path, kind: str, files: dict[str, dict[str, str | None]]) -> Any:
    index = {kind: {clip: {key: [path, None] for key, path in paths.items()} for clip, paths in files.items()}}
    place.write_text(json.dumps({"version": "1", **index}))
    dataset.index_path = str(place)
    return dataset


@pytest.fixture
def esc50(tmp_path: Path, make_sounds) -> Any:
    rows = [(f"{fold}-{fold}00-A-{n}", fold, ("dog", "rain")[n]) for fold in (1, 2, 3) for n in (0, 1)]
    home = make_sounds(tmp_path / "esc50", [f"audio/{name}.wav" for name, _, _ in rows])
    (home / "meta").mkdir()
    lines = [f"{name}.wav,{fold},{name[-1]},{label},False,{fold}00{name[-1]},A" for name, fold, label in rows]
    header = "filename,fold,target,category,esc10,src_file,take"
    (home / "meta/esc50.csv").write_text("\n".join([header, *lines]) + "\n")
    dataset = soundata.initialize("esc50", data_home=str(home))
    return with_index(
        dataset, tmp_path / "index.json", "clips", {name: {"audio": f"audio/{name}.wav"} for name, _, _ in rows}
    )


def test_soundata(esc50: Any) -> None:
    found = list_recordings(esc50)
    assert found == recordings_of_dataset(esc50)
    assert [(one.path.name, one.labels, one.group, one.source) for one in found[:2]] == [
        ("1-100-A-0.wav", ("dog",), "fold 1", "1000"),
        ("1-100-A-1.wav", ("rain",), "fold 1", "1001"),
    ]
    assert all(one.path.is_file() for one in found)
    assert source_name(esc50) == "esc50"
    assert [one.labels[0] for one in list_recordings(esc50, label="tags")] == ["dog", "rain"] * 3
    assert [one.group for one in list_recordings(esc50, group="take", label="target")] == ["A"] * 6
    dataset = read_dataset(esc50)
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("esc50", 4, 2)


def test_mirdata(tmp_path: Path, make_sounds) -> None:
    clips = [(f"id{n}", ("training", "validation", "test")[n % 3], ("flute", "violin")[n // 3], n) for n in range(6)]
    home = make_sounds(tmp_path / "medley", [f"audio/{name}.wav" for name, *_ in clips])
    (home / "annotation").mkdir()
    rows = [f"{subset},{label},{n // 3},{n % 2},{name}" for name, subset, label, n in clips]
    table = "\n".join(["subset,instrument,instrument_id,song_id,uuid4", *rows]) + "\n"
    (home / "annotation/Medley-solos-DB_metadata.csv").write_text(table)
    dataset = mirdata.initialize("medley_solos_db", data_home=str(home))
    files = {name: {"audio": f"audio/{name}.wav"} for name, *_ in clips}
    with_index(dataset, tmp_path / "index.json", "tracks", files)
    found = list_recordings(dataset)
    assert [(one.path.stem, one.labels, one.split, one.group) for one in found] == [
        (name, (label,), "test" if subset == "test" else "train", str(n % 2)) for name, subset, label, n in clips
    ]


def test_what_cannot_be_listed(tmp_path: Path, esc50: Any) -> None:
    with pytest.raises(DatasetError, match="esc50: it has no column 'colour'; choose label"):
        recordings_of_dataset(esc50, label="colour")
    (tmp_path / "esc50/meta/esc50.csv").unlink()
    again = soundata.initialize("esc50", data_home=str(tmp_path / "esc50"))
    again.index_path = esc50.index_path
    with pytest.raises(DatasetError, match=r"esc50: it cannot be listed: Metadata not found.*download it first"):
        recordings_of_dataset(again)
    again.index_path = str(tmp_path / "lost.json")
    fresh = soundata.initialize("urbansound8k", data_home=str(tmp_path))
    fresh.index_path = str(tmp_path / "lost.json")
    with pytest.raises(DatasetError, match="urbansound8k: it cannot be listed"):
        recordings_of_dataset(fresh)
    tinysol = mirdata.initialize("tinysol", data_home=str(tmp_path))
    with_index(tinysol, tmp_path / "tinysol.json", "tracks", {"a": {"audio": "a.wav"}})
    with pytest.raises(DatasetError, match=r"tinysol: choose what to learn with label from .*instrument_full"):
        recordings_of_dataset(tinysol)
    with_index(tinysol, tmp_path / "tinysol.json", "tracks", {"a": {"audio": None}})
    del tinysol.__dict__["_index"], tinysol.__dict__["track_ids"]
    with pytest.raises(DatasetError, match="none of its clips has a sound"):
        recordings_of_dataset(tinysol)
