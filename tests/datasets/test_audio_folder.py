"""The layouts of audio folders, with real files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import AudioDecodeError
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.read_dataset import read_dataset


def make_tree(folder: Path, *names: str) -> Path:
    """Write a file for each name: a short sound, whose length tells its number, or a text."""
    for number, name in enumerate(names, start=1):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in (".wav", ".flac", ".ogg", ".aiff"):
            soundfile.write(file, np.full(160 * number, 0.5), 16000)
        else:
            file.write_text("no sound")
    return folder


def lengths(clips: list[np.ndarray]) -> list[int]:
    return [len(clip) // 160 for clip in clips]


def test_train_and_test_folders(tmp_path: Path) -> None:
    names = ("train/dog/1.wav", "train/cat/2.flac", "test/cat/3.aiff", "train/cat/deep/4.wav", "train/README.md")
    dataset = read_dataset(make_tree(tmp_path / "pets", *names, "README.md", "make.py", "train/.hidden/x.wav"))
    assert dataset.name == "pets"
    assert dataset.label_names == ("cat", "dog")
    assert lengths(dataset.train.clips) == [2, 4, 1]
    np.testing.assert_array_equal(dataset.train.labels, [[1, 0], [1, 0], [0, 1]])
    assert lengths(dataset.test.clips) == [3]
    assert dataset.hours == pytest.approx(10 * 160 / 16000 / 3600)


def test_class_folders_are_split(tmp_path: Path) -> None:
    names = [f"{label}/{number}.wav" for label in ("cat", "dog", "train") for number in range(10)]
    folder = make_tree(tmp_path / "pets", *names)
    dataset = read_dataset(folder, seed=3)
    assert dataset.label_names == ("cat", "dog", "train")
    np.testing.assert_array_equal(dataset.test.labels.sum(axis=0), [2, 2, 2])
    assert lengths(dataset.test.clips) == lengths(read_dataset(folder, seed=3).test.clips)
    assert sorted(lengths([*dataset.train.clips, *dataset.test.clips])) == list(range(1, 31))


def test_a_validation_folder_is_there_to_learn_from(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "x", "train/a/1.wav", "validation/b/1.wav", "test/a/1.wav", "test/b/1.wav")
    assert lengths(read_dataset(folder).train.clips) == [1, 2]


def test_speech_commands(tmp_path: Path) -> None:
    names = [f"{word}/{speaker}_nohash_{take}.wav" for word in ("yes", "no") for speaker in "ab" for take in "01"]
    folder = make_tree(tmp_path / "commands", *names, "_background_noise_/hiss.wav", "README.md")
    (folder / "validation_list.txt").write_text("yes/a_nohash_0.wav\n")
    (folder / "testing_list.txt").write_text("yes/b_nohash_1.wav\nno/b_nohash_0.wav\n")
    dataset = read_dataset(folder)
    assert dataset.label_names == ("no", "yes")
    assert lengths(dataset.test.clips) == [7, 4]
    assert lengths(dataset.train.clips) == [5, 6, 8, 1, 2, 3]


@pytest.mark.parametrize("table", ["metadata.csv", "metadata.jsonl"])
def test_a_table_names_the_classes(tmp_path: Path, table: str) -> None:
    folder = make_tree(tmp_path / "birds", "train/1.wav", "train/2.wav", "test/3.wav")
    rows = [("train/1.wav", "wren"), ("train/2.wav", "robin"), ("test/3.wav", "wren")]
    if table.endswith("csv"):
        text = "\ufefffile_name,bird\n" + "".join(f"{name},{bird}\n" for name, bird in rows)
    else:
        text = "".join(json.dumps({"file_name": name, "bird": bird}) + "\n" for name, bird in rows)
    (folder / table).write_text(text, encoding="utf-8")
    dataset = read_dataset(folder)
    assert dataset.name == "birds"
    assert dataset.label_names == ("robin", "wren")
    assert (lengths(dataset.train.clips), lengths(dataset.test.clips)) == ([1, 2], [3])


def test_a_table_in_each_part(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "birds", "train/1.wav", "train/2.wav", "test/3.wav")
    (folder / "train/metadata.csv").write_text("file_name,label\n1.wav,wren\n2.wav,robin\n")
    (folder / "test/metadata.csv").write_text("file_name,label\n3.wav,robin\n")
    dataset = read_dataset(folder)
    assert (lengths(dataset.train.clips), lengths(dataset.test.clips)) == ([1, 2], [3])


def test_csv_with_groups_splits_by_group(tmp_path: Path) -> None:
    names = [f"audio/{number}.wav" for number in range(20)]
    folder = make_tree(tmp_path / "corpus", *names)
    rows = [f"{name},{'ab'[number % 2]},,speaker{number // 4}" for number, name in enumerate(names)]
    (folder / "task.csv").write_text("\n".join(["file_name,label,split,group", *rows]))
    dataset = read_dataset(folder)
    assert dataset.name == "corpus_task"
    speakers = [{(length - 1) // 4 for length in lengths(part.clips)} for part in (dataset.train, dataset.test)]
    assert not speakers[0] & speakers[1]
    assert len(speakers[1]) == 1


def test_several_labels_in_a_cell(tmp_path: Path) -> None:
    folder = make_tree(tmp_path / "corpus", "1.wav", "2.wav", "3.wav")
    (folder / "t.csv").write_text("file_name,label,split\n1.wav,a|b,train\n2.wav, b | c ,train\n3.wav,c,test\n")
    dataset = read_dataset(folder / "t.csv", name="mine")
    assert dataset.name == "mine"
    assert dataset.train.is_multilabel
    np.testing.assert_array_equal(dataset.train.labels, [[1, 1, 0], [0, 1, 1]])


BAD_TABLES = {
    "split is 'holdout'": "file_name,label,split\n1.wav,a,holdout\n2.wav,b,test\n",
    "line 3: no label": "file_name,label\n1.wav,a\n2.wav,\n",
    "line 2: no file_name": "file_name,label\n,a\n2.wav,b\n",
    "listed twice": "file_name,label\n1.wav,a\n1.wav,b\n",
    "says no split but others do": "file_name,label,split\n1.wav,a,train\n2.wav,b,\n3.wav,b,test\n",
    "only the class 'a'": "file_name,label\n1.wav,a\n2.wav,a\n",
    "it needs file_name and label": "name,label\n1.wav,a\n2.wav,a\n",
    "lists no files": "file_name,label\n",
    "more cells than the header": "file_name,label\n1.wav,a,b\n",
    "no class has two files": "file_name,label\n1.wav,a\n2.wav,b\n",
    "no train clips": "file_name,label,split\n1.wav,a,test\n2.wav,b,test\n",
}


@pytest.mark.parametrize(("message", "text"), BAD_TABLES.items(), ids=BAD_TABLES.keys())
def test_bad_tables(tmp_path: Path, message: str, text: str) -> None:
    folder = make_tree(tmp_path, "1.wav", "2.wav", "3.wav")
    (folder / "table.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_dataset(folder / "table.csv")


BAD_FOLDERS = {
    "no such file or folder": (),
    "no sound files found": ("README.md", "a/notes.txt"),
    "all labels are 'a'; at least two classes are needed": ("a/1.wav", "a/2.wav"),
    "no class has two files": ("a/1.wav", "b/2.wav"),
}


@pytest.mark.parametrize(("message", "names"), BAD_FOLDERS.items(), ids=BAD_FOLDERS.keys())
def test_bad_folders(tmp_path: Path, message: str, names: tuple[str, ...]) -> None:
    with pytest.raises(DatasetError, match=message):
        read_dataset(make_tree(tmp_path / "folder", *names))


def test_a_listed_file_that_is_not_there(tmp_path: Path) -> None:
    folder = make_tree(tmp_path, "a/1.wav", "b/2.wav")
    (folder / "testing_list.txt").write_text("a/lost.wav\n")
    with pytest.raises(DatasetError, match=r"lost\.wav.*correct the list"):
        read_dataset(folder)


def test_several_tasks_are_named(tmp_path: Path) -> None:
    for name in ("digit", "speaker"):
        (tmp_path / f"{name}.csv").write_text("file_name,label\n1.wav,a\n")
    (tmp_path / "pretraining.csv").write_text("file_name,digit\n1.wav,a\n")
    with pytest.raises(DatasetError, match=r"digit\.csv, speaker\.csv\)"):
        read_dataset(tmp_path)


def test_files_that_do_not_decode_end_the_reading_or_are_left_out(tmp_path: Path) -> None:
    folder = make_tree(
        tmp_path / "x", "train/a/1.wav", "train/b/2.wav", "train/b/3.m4a", "test/a/4.wav", "test/b/5.wav"
    )
    with pytest.raises(AudioDecodeError, match=r"3\.m4a"):
        read_dataset(folder)
    bad: list[AudioDecodeError] = []
    steps: list[tuple[int, int]] = []
    dataset = read_dataset(folder, on_bad_file=bad.append, progress=lambda done, total: steps.append((done, total)))
    assert [error.path.name for error in bad] == ["3.m4a"]
    assert lengths(dataset.train.clips) == [1, 2]
    assert steps == [(done, 5) for done in range(1, 6)]


def test_files_without_class_folders_are_told_from_no_files(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "one.wav", np.zeros(100), 16000)
    with pytest.raises(DatasetError, match="nothing tells their classes"):
        read_dataset(tmp_path)
