"""Tables that nobody named, but that name the sounds of a folder."""

from __future__ import annotations

import json
import time
import warnings
from pathlib import Path

import pytest

from autospeech.datasets.audio_folder import NoLabelsError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.several_classes import check_several_classes
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.listing_warning import ListingWarning
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
    with pytest.warns(ListingWarning, match="the labels are those"):
        assert {label for _, label, _, _ in listed(folder, label="species")} == {"wren", "robin"}


def test_two_tables_that_differ_are_both_named(folds: Path, listed) -> None:
    (folds / "birds.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    (folds / "copy.csv").write_text(as_text(".csv", "sound_file", "species", "nest"))
    with pytest.warns(UserWarning, match="the labels are those of .*birds.csv, which"):
        assert len(listed(folds)) == 6
    (folds / "copy.csv").write_text(as_text(".csv", "sound_file", "nest", "species").replace("wren", "owl"))
    with pytest.warns(
        UserWarning, match=r"although .*birds.csv and .*copy.csv name 6 of these 6.*take the wrong one away"
    ):
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


def test_parts_are_no_classes(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(tmp_path / "set", ["train/1.wav", "test/2.wav"])
    with pytest.raises(DatasetError, match=r"set: its folders test, train are named as parts, .*PART/CLASS/"):
        read_dataset(folder)
    make_sounds(tmp_path / "other", [f"{part}/{kind}/1.wav" for part in ("train", "held") for kind in ("no", "yes")])
    with pytest.warns(ListingWarning, match="train and held are learnt as classes; if they are parts, call the others"):
        assert {label for _, label, _, _ in listed(tmp_path / "other")} == {"train", "held"}


@pytest.mark.parametrize("table", ["key,value\nlicence,CC0\n", "file_name,seconds\nno/1.wav,1\nyes/1.wav,2\n"])
def test_metadata_of_another_kind_is_no_table_of_labels(tmp_path: Path, make_sounds, listed, table: str) -> None:
    folder = make_sounds(tmp_path / "set", ["no/1.wav", "yes/1.wav"])
    (folder / "metadata.csv").write_text(table)
    assert [label for _, label, _, _ in listed(folder)] == ["no", "yes"]
    if "seconds" in table:
        assert [label for _, label, _, _ in listed(folder, label="seconds")] == ["1", "2"]


@pytest.mark.parametrize("table", ["metadata.csv", "some.csv"])
def test_sounds_that_the_own_table_leaves_out_are_told(tmp_path: Path, make_sounds, listed, table: str) -> None:
    folder = make_sounds(tmp_path / "set", ["no/1.wav", "yes/1.wav", "yes/2.wav"])
    (folder / table).write_text("file_name,label\n./no/1.wav,a\nyes/1.wav,b\n")
    with pytest.warns(ListingWarning, match=r"set: 1 of its 3 sound files are left out, since .*; the first: .*2.wav"):
        assert [label for _, label, _, _ in listed(folder)] == ["a", "b"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(listed(folder / table)) == 2


def test_numbers_beside_a_folder_are_of_any_folder(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(tmp_path / "set", ["a/1.wav", "b/2.wav"])
    (tmp_path / "other.csv").write_text("file_name,label\n1.wav,x\n2.wav,y\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(folder)} == {"a", "b"}


@pytest.fixture
def classes(tmp_path: Path, make_sounds) -> Path:
    """Folders that are classes, and no two sounds of one name."""
    return make_sounds(tmp_path / "set", [f"{kind}/{name}" for name, kind, _ in ROWS])


def table_of(folder: Path, column: str, values: str) -> None:
    rows = (f"{name},{value}" for (name, _, _), value in zip(ROWS, values.split(), strict=False))
    (folder / "info.csv").write_text("\n".join([f"file,{column}", *rows]) + "\n")


@pytest.mark.parametrize("values", ["mono mono mono mono mono mono", "1.1 1.2 1.3 1.4 1.5 1.6"])
def test_a_column_that_tells_no_classes_is_worth_no_word(classes: Path, listed, values: str) -> None:
    table_of(classes, "tags" if "mono" in values else "seconds", values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {label for _, label, _, _ in listed(classes)} == {"wren", "robin"}


@pytest.mark.parametrize("place", ["set", ""])
def test_answers_are_not_taken_for_the_truth(classes: Path, listed, tmp_path: Path, place: str) -> None:
    table_of(classes, "label", "wren wren robin robin wren robin")
    (classes / "info.csv").replace(tmp_path / place / "info.csv")
    with pytest.warns(ListingWarning, match=r"learning the folders' names as classes although .*info.csv names 6"):
        assert listed(classes) == [(name, kind, None, None) for name, kind, _ in sorted(ROWS, key=lambda r: r[1])]
    with pytest.warns(ListingWarning, match="the labels are those"):
        assert listed(classes, label="label")[1][1] == "wren"


def test_a_chosen_label_counts_however_much_is_named(classes: Path, listed) -> None:
    table_of(classes, "room", "hall hall yard yard")
    with pytest.warns(ListingWarning, match="which names 4 of its 6 files; the others are left out"):
        assert [label for _, label, _, _ in listed(classes, label="room")] == ["hall", "hall", "yard", "yard"]
    table_of(classes, "room", "hall hall yard  yard")
    (classes / "info.csv").write_text((classes / "info.csv").read_text().replace("yard\n", "\n", 1))
    with pytest.raises(DatasetError, match=r"info.csv, line 4: no label"):
        list_recordings(classes, label="room")
    # Another column is not taken for one that is not there.
    table_of(classes, "species", "hall hall yard yard hall yard")
    with pytest.raises(DatasetError, match="nothing names a room"), pytest.warns(ListingWarning, match="although"):
        list_recordings(classes, label="room")


def test_groups_of_a_table_with_the_folders_classes(classes: Path, listed) -> None:
    table_of(classes, "speaker", "ann ann bob bob cai")
    groups = {"000": "ann", "001": "ann", "002": "bob", "003": "bob", "004": "cai", "005": None}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = listed(classes, group="speaker")
    assert [(label, group) for _, label, _, group in found] == [
        (kind, groups[name[:3]]) for name, kind, _ in sorted(ROWS, key=lambda row: row[1])
    ]


@pytest.mark.parametrize("table", ["", "info.csv"])
def test_speakers_are_told_by_names_that_a_table_lists(tmp_path: Path, make_sounds, table: str) -> None:
    folder = make_sounds(tmp_path, [f"wav/{who}_nohash_{n}.wav" for who in ("0a", "0b") for n in range(2)])
    rows = "".join(f"{who}_nohash_{n}.wav,{n}\n" for who in ("0a", "0b") for n in range(2))
    (folder / "info.csv").write_text("wav,class\n" + rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ListingWarning)
        groups = [one.group for one in list_recordings(folder / table)]
    assert groups == ["speaker 0a", "speaker 0a", "speaker 0b", "speaker 0b"]


def test_parts_of_a_table_with_the_folders_classes(classes: Path, listed) -> None:
    rows = "".join(f"{name},{kind},{'test' if n > 3 else 'train'}\n" for n, (name, kind, _) in enumerate(ROWS))
    (classes / "info.csv").write_text("sound_file,class,split\n" + rows)
    with pytest.warns(ListingWarning, match="the labels are those"):
        assert [part for _, _, part, _ in listed(classes)] == ["train"] * 4 + ["test"] * 2


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
