"""Tables that nobody named, but that name the sounds of a folder."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path

import pytest

from autospeech.datasets.audio_folder import NoLabelsError
from autospeech.datasets.layouts.several_classes import check_several_classes
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.read_dataset import read_dataset

ROWS = [(f"{n:03}-x.wav", ("wren", "robin")[n % 2], f"n{n % 3}") for n in range(6)]


def as_text(suffix: str, name: str, label: str, more: str) -> str:
    if suffix == ".json":
        return json.dumps([{name: file, label: kind, more: nest} for file, kind, nest in ROWS])
    if suffix == ".jsonl":
        return "".join(json.dumps({name: file, label: kind, more: nest}) + "\n" for file, kind, nest in ROWS)
    mark = "\t" if suffix == ".tsv" else ","
    return "\n".join(map(mark.join, [(name, label, more), *ROWS])) + "\n"


@pytest.fixture
def folds(tmp_path: Path, make_sounds) -> Path:
    """Sounds in folders that are no classes."""
    return make_sounds(tmp_path / "set", [f"audio/fold{n % 2}/{name}" for n, (name, _, _) in enumerate(ROWS)])


@pytest.mark.parametrize("table", ["birds.csv", "meta/birds.tsv", "metadata/all.jsonl", "audio/birds.json"])
@pytest.mark.parametrize("source", ["", "audio"])
def test_a_clear_table_is_taken(folds: Path, listed, table: str, source: str) -> None:
    path = folds / table
    path.parent.mkdir(exist_ok=True)
    path.write_text(as_text(path.suffix, "sound_file", "species", "nest"))
    with pytest.warns(UserWarning, match=f"the labels are those of .*{path.name}, which names 6 of its 6 files"):
        assert listed(folds / source) == [(name, kind, None, None) for name, kind, _ in ROWS]
    with pytest.warns(UserWarning, match="the labels are those"):
        assert listed(folds / source, label="nest", group="species")[1] == ("001-x.wav", "n1", None, "robin")


def test_of_json_an_object_for_each_file(folds: Path, listed) -> None:
    (folds / "birds.json").write_text(json.dumps({name[:-4]: {"label": kind} for name, kind, _ in ROWS}))
    with pytest.warns(UserWarning, match="the labels are those"):
        assert listed(folds) == [(name, kind, None, None) for name, kind, _ in ROWS]


def test_an_unclear_table_is_named(folds: Path, make_sounds, listed) -> None:
    (folds / "meta").mkdir()
    (folds / "meta/birds.csv").write_text(as_text(".csv", "sound_file", "bird", "nest"))
    told = r"learning the folders' names as classes although .*birds.csv names 6 of these 6 files; .*columns bird, nest"
    with pytest.warns(UserWarning, match=told):
        assert {label for _, label, _, _ in listed(folds)} == {"audio"}
    with pytest.warns(UserWarning, match="the labels are those"):
        assert {label for _, label, _, _ in listed(folds, label="bird")} == {"wren", "robin"}
    # A table that leaves a third of the sounds out is named and not taken.
    (folds / "meta/birds.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    make_sounds(folds, [f"audio/fold2/{n}-y.wav" for n in range(3)])
    with pytest.warns(UserWarning, match="names 6 of these 9 files"):
        assert len(listed(folds)) == 9


def test_a_table_that_says_what_the_folders_say_changes_nothing(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(tmp_path, [f"{kind}/{name}" for name, kind, _ in ROWS])
    (folder / "birds.csv").write_text("\n".join(["sound_file,species", *(f"{name},{kind}" for name, kind, _ in ROWS)]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(folder)} == {"wren", "robin"}


def test_two_tables_that_differ_are_both_named(folds: Path, listed) -> None:
    (folds / "birds.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    (folds / "copy.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    with pytest.warns(UserWarning, match="the labels are those of .*birds.csv, which"):
        assert len(listed(folds)) == 6
    (folds / "copy.csv").write_text(as_text(".csv", "sound_file", "nest", "species").replace("wren", "owl"))
    with pytest.warns(UserWarning, match=r"although .*birds.csv and .*copy.csv name 6 of these 6.*one of these tables"):
        assert {label for _, label, _, _ in listed(folds)} == {"audio"}


def test_sounds_without_folders(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(tmp_path / "flat", [name for name, _, _ in ROWS])
    (folder / "birds.csv").write_text(as_text(".csv", "sound_file", "bird", "nest"))
    with pytest.warns(UserWarning, match="nothing tells the classes although"), pytest.raises(NoLabelsError):
        list_recordings(folder)
    (folder / "birds.csv").write_text(as_text(".csv", "filename", "emotion", "nest"))
    with pytest.warns(UserWarning, match="the labels are those"):
        assert listed(folder) == [(name, kind, None, None) for name, kind, _ in ROWS]


def test_folders_keep_their_split(tmp_path: Path, make_sounds, listed) -> None:
    parts = ["train", "train", "train", "train", "test", "test"]
    folder = make_sounds(
        tmp_path, [f"{part}/{n % 2}/{name}" for n, (part, (name, _, _)) in enumerate(zip(parts, ROWS, strict=True))]
    )
    (folder / "birds.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    with pytest.warns(UserWarning, match="the labels are those"):
        assert listed(folder) == [(name, kind, part, None) for (name, kind, _), part in zip(ROWS, parts, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "file,label,wren,robin,error\n" + "".join(f"{name},robin,0,1,\n" for name, _, _ in ROWS),
        "count,label\n0,a\n1,b\n",
        "sound_file,species\nother.wav,wren\n",
        "\x00\xff",
        "",
    ],
)
@pytest.mark.parametrize("name", ["some.csv", "some.json", "meta/some.tsv"])
def test_other_files_change_nothing(folds: Path, listed, text: str, name: str) -> None:
    (folds / name).parent.mkdir(exist_ok=True)
    (folds / name).write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(folds)} == {"audio"}


def test_one_name_for_two_files_is_not_guessed(tmp_path: Path, make_sounds, listed) -> None:
    names = [f"{part}/{name}" for part in ("left", "right") for name, _, _ in ROWS]
    folder = make_sounds(tmp_path / "set", names)
    (folder / "birds.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    with pytest.warns(UserWarning, match="learning the folders' names as classes although"):
        assert len(listed(folder)) == 12
    rows = [f"C:\\birds\\{name.replace('/', chr(92))},{n}" for n, name in enumerate(names)]
    (folder / "birds.csv").write_text("\n".join(["sound_file,species", *rows]) + "\n")
    with pytest.warns(UserWarning, match="the labels are those"):
        assert [label for _, label, _, _ in listed(folder)] == [str(n) for n in range(12)]
    # Files of these names, but in other folders.
    (folder / "birds.csv").write_text(
        "\n".join(["sound_file,species", *(f"up/{name},a" for name, _, _ in ROWS)]) + "\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(folder)} == {"left", "right"}


def test_all_labels_are_the_same(folds: Path) -> None:
    told = r"set: all labels are 'audio'; .*if the folders in it \(fold0, fold1\) are the classes, name .*set/audio"
    with pytest.raises(ValueError, match=told):
        check_several_classes(folds, list_recordings(folds))
    with pytest.raises(ValueError, match=told):
        read_dataset(folds)
    check_several_classes(folds / "audio", list_recordings(folds / "audio"))
    with pytest.raises(ValueError, match=r"all labels are 'b'; .*put the files of another class into a folder beside"):
        one = folds / "one"
        (one / "b").mkdir(parents=True)
        (folds / "audio/fold0/000-x.wav").rename(one / "b/1.wav")
        check_several_classes(one, list_recordings(one))


def test_numbers_beside_a_folder_are_of_any_folder(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(tmp_path / "set", ["a/1.wav", "b/2.wav"])
    (tmp_path / "other.csv").write_text("file_name,label\n1.wav,x\n2.wav,y\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(folder)} == {"a", "b"}


def test_deep_json_is_passed_over(folds: Path, listed) -> None:
    (folds / "some.json").write_text('{"a": ' * 100_000)
    assert {label for _, label, _, _ in listed(folds)} == {"audio"}


def test_many_files_are_listed_quickly(tmp_path: Path) -> None:
    for kind in ("a", "b"):
        (tmp_path / kind).mkdir()
        for number in range(2_000):
            (tmp_path / kind / f"{kind}{number}.wav").touch()
    rows = (f"{kind}{number}.wav,{number % 5}\n" for kind in ("a", "b") for number in range(2_000))
    (tmp_path / "all.csv").write_text("sound_file,species\n" + "".join(rows))
    began = time.process_time()
    with pytest.warns(UserWarning, match="the labels are those"):
        assert len(list_recordings(tmp_path)) == 4_000
    assert time.process_time() - began < 2
