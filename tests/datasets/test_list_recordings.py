"""Every source of labelled files as a list, and what is none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from autospeech.datasets.audio_folder import NoLabelsError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings, source_name
from autospeech.datasets.list_sounds import list_sounds
from autospeech.datasets.read_dataset import read_dataset
from autospeech.datasets.recording import Recording


def make_tree(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def listed(source: object, folder: Path) -> list[tuple[str, str, str | None]]:
    found = list_recordings(source)  # type: ignore[arg-type]
    return [(str(one.path.relative_to(folder)), "|".join(one.labels), one.split) for one in found]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("b/1.wav", "a/deep/2.FLAC", "a/x.txt"), [("a/deep/2.FLAC", "a", None), ("b/1.wav", "b", None)]),
        (("train/a/1.wav", "test/a/2.wav"), [("test/a/2.wav", "a", "test"), ("train/a/1.wav", "a", "train")]),
        (("no/1.wav", "_background_noise_/2.wav", ".git/3.wav"), [("no/1.wav", "no", None)]),
    ],
)
def test_folders(tmp_path: Path, names: tuple[str, ...], expected: list[tuple[str, str, str | None]]) -> None:
    folder = make_tree(tmp_path / "sounds", *names)
    assert listed(folder, folder) == expected
    assert listed(str(folder), folder) == expected
    assert source_name(folder) == "sounds"


def test_speech_commands_lists(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "no/1.wav", "no/2.wav", "yes/3.wav", "_background_noise_/hiss.wav")
    (folder / "testing_list.txt").write_text("no/2.wav\n")
    assert [split for _, _, split in listed(folder, folder)] == ["train", "test", "train"]


@pytest.mark.parametrize("table", ["metadata.csv", "metadata.jsonl", "task.csv"])
@pytest.mark.parametrize("column", ["file_name", "path"])
def test_tables_by_name_and_by_their_folder(tmp_path: Path, table: str, column: str) -> None:
    lines = {
        "csv": f"{column},label,split\n1.wav,a|b,train\nsub/2.wav,b,test\n",
        "jsonl": f'{{"{column}": "1.wav", "label": ["a", "b"], "split": "train"}}\n'
        f'{{"{column}": "sub/2.wav", "label": "b", "split": "test"}}\n',
    }
    (tmp_path / table).write_text(lines[table.rpartition(".")[2]])
    expected = [("1.wav", "a|b", "train"), ("sub/2.wav", "b", "test")]
    assert listed(tmp_path, tmp_path) == listed(tmp_path / table, tmp_path) == expected


def test_the_folder_here_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_tree(tmp_path / "pets", "a/1.wav")
    monkeypatch.chdir(folder)
    assert source_name(".") == "pets"
    assert list_recordings(".")[0].path.is_file()
    monkeypatch.chdir(folder / "a")
    with pytest.raises(NoLabelsError, match="a/CLASS/"):
        list_recordings(".")


def test_paths_of_a_table_may_lead_out_of_its_folder(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "tables", "../sounds/1.wav")
    (folder / "t.csv").write_text(f"file_name,label\n../sounds/1.wav,a\n{tmp_path}/sounds/2.wav,b\n")
    assert [one.path.resolve() for one in list_recordings(folder)] == [
        tmp_path / "sounds/1.wav",
        tmp_path / "sounds/2.wav",
    ]
    # The same file by another way is found out.
    (folder / "t.csv").write_text("file_name,label\n../sounds/1.wav,a\n./../sounds/./1.wav,b\n")
    with pytest.raises(DatasetError, match=r"line 3: .*listed twice \(first in line 2\)"):
        list_recordings(folder)


def test_data_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = pd.DataFrame(
        {
            "path": ["a.wav", Path("sub/b.wav"), "test/c.wav"],
            "label": ["x", ["x", "y"], 3],
            "split": ["train", None, float("nan")],
            "group": pd.array([1, None, 2], dtype="Int64"),
        },
        index=[7, 7, 9],
    )
    assert list_recordings(frame) == [
        Recording(Path("a.wav"), ("x",), "train", "1"),
        Recording(Path("sub/b.wav"), ("x", "y"), None, None),
        Recording(Path("test/c.wav"), ("3",), "test", "2"),
    ]
    assert source_name(frame) == "table"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"file_name": ["a.wav", "b.wav"], "label": ["x", None]}, "table, row 1: no label; fill the cell in"),
        ({"file_name": ["a.wav", ""], "label": ["x", "y"]}, "table, row 1: no file_name"),
        ({"path": [float("nan")], "label": ["x"]}, "table, row 0: no path"),
        ({"noise": ["a.wav"], "label": ["x"]}, "its columns are noise, label; it needs file_name and label"),
        ({"file_name": ["a.wav", "a.wav"], "label": ["x", "y"]}, r"row 1: a.wav is listed twice \(first in row 0\)"),
        ({"file_name": ["a.wav"], "label": ["x"], "split": ["late"]}, "row 0: split is 'late'"),
        ({"file_name": ["a.wav"], "label": ["x"], "label ": ["y"]}, "have one name"),
        ({"file_name": [], "label": []}, "lists no files"),
    ],
)
def test_bad_data_frames(columns: dict[str, list[object]], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        list_recordings(pd.DataFrame(columns))


@pytest.mark.parametrize(
    ("names", "source", "message"),
    [
        ((), "lost", "lost: there is no such file or folder"),
        (("a/1.wav",), "a/1.wav/b", "there is no such file or folder"),
        (("a/1.wav",), "a/1.wav", "neither a folder nor a table"),
        (("notes.txt",), ".", "no sound files found"),
        (("1.wav", "2.wav"), ".", "nothing tells their classes"),
    ],
)
def test_what_is_no_source(tmp_path: Path, names: tuple[str, ...], source: str, message: str) -> None:
    folder = make_tree(tmp_path / "folder", *names)
    for read in (list_recordings, read_dataset):
        with pytest.raises(DatasetError, match=message):
            read(folder / source)


def test_links_back_up_are_no_classes(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "sounds", "a/1.wav", "b/2.wav")
    (folder / "again").symlink_to(folder)
    (folder / "above").symlink_to(tmp_path)
    (folder / "a" / "up").symlink_to(folder)
    (folder / "c").symlink_to(make_tree(tmp_path / "elsewhere", "3.wav"))
    (folder / "d").symlink_to(folder / "d")
    assert [label for _, label, _ in listed(folder, folder)] == ["a", "b", "c"]


def test_names_that_are_no_utf_8_become_labels_that_are(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    folder = make_tree(tmp_path / "sounds", f"{odd}/{odd}.wav", "tea/1.wav")
    found = list_recordings(folder)
    assert [one.labels for one in found] == [(r"caf\xe9",), ("tea",)]
    assert found[0].path.is_file()


def test_a_class_that_may_not_be_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "sounds", "a/1.wav", "b/2.wav")
    (folder / "b").chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        for part in (tmp_path, *tmp_path.parents):
            if part.is_relative_to(tempfile.gettempdir()) and part != Path(tempfile.gettempdir()):
                part.chmod(0o755)
        os.seteuid(65534)
    try:
        with pytest.raises(DatasetError, match=r"sounds/b: the folder cannot be read \(Permission denied\)"):
            list_recordings(folder)
    finally:
        if is_root:
            os.seteuid(0)
        (folder / "b").chmod(0o755)


def test_sounds_without_labels(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "mixed", "b.wav", "sub/a.MP3", "notes.txt", ".hidden.wav", ".git/c.wav")
    expected = [folder / "b.wav", folder / "sub/a.MP3"]
    assert list_sounds(folder) == list_sounds([folder]) == list_sounds([str(folder), folder / "b.wav"]) == expected
    assert list_sounds([folder / "notes.txt", folder / "sub/a.MP3"]) == [folder / "notes.txt", folder / "sub/a.MP3"]
    assert list_sounds(str(folder / "b.wav")) == [folder / "b.wav"]


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["lost.wav"], "lost.wav: there is no such file or folder"),
        (["b.wav", "empty"], "empty: no sound files found in it"),
        ([], "no files named"),
    ],
)
def test_no_sounds(tmp_path: Path, paths: list[str], message: str) -> None:
    folder = make_tree(tmp_path, "b.wav", "notes.txt", "empty/readme.txt")
    with pytest.raises(DatasetError, match=message):
        list_sounds([folder / path for path in paths])
