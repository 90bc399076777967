"""Data sets of Hugging Face, read row by row without the package that they decode sounds with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset_rows import dataset_labels, dataset_rows
from autospeech.datasets.sound_list import sound_list
from autospeech.datasets.sound_reader import SoundReader

NAMES = ["cat", "dog"]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for number in range(6):
        soundfile.write(tmp_path / f"{number}.wav", np.full(1000 + number, 0.1), 16000)
    return [str(tmp_path / f"{number}.wav") for number in range(6)]


@pytest.fixture
def dataset(files: list[str]) -> datasets.Dataset:
    columns = {"audio": files, "label": [0, 1] * 3, "speaker": list("aabbcc")}
    made = datasets.Dataset.from_dict(columns).cast_column("label", datasets.ClassLabel(names=NAMES))
    return made.cast_column("audio", datasets.Audio(sampling_rate=16000))


def lengths(clips: Any) -> list[int]:
    reader = SoundReader()
    return [sum(map(len, windows)) for windows in reader.read_to_learn(sound_list(clips))]


def test_sounds_are_read_from_files_and_from_bytes(dataset: datasets.Dataset, files: list[str]) -> None:
    right = [1000, 1001, 1002, 1003, 1004, 1005]
    inside = [{"audio": {"bytes": Path(file).read_bytes(), "path": "some.wav"}} for file in files]
    embedded = datasets.Dataset.from_list(inside).cast_column("audio", datasets.Audio())
    for form in (dataset, dataset["audio"], dataset.with_format("numpy"), embedded, embedded["audio"]):
        assert lengths(form) == right
    assert lengths(dataset.rename_column("audio", "sound")) == right
    part = dataset.train_test_split(0.5, seed=0)["train"]
    assert sorted(lengths(part)) != right[:3] and len(part) == 3
    assert lengths(part) == [
        lengths([row["path"]])[0] for row in part.cast_column("audio", datasets.Audio(decode=False))["audio"]
    ]


def test_a_row_is_loaded_when_it_is_read_and_not_before(dataset: datasets.Dataset, files: list[str]) -> None:
    clips = sound_list(dataset)
    soundfile.write(files[2], np.full(500, 0.1), 16000)
    Path(files[3]).unlink()
    found = list(SoundReader().read_to_learn(clips))
    assert len(found[2][0]) == 500  # type: ignore[index]
    assert f"row 3, {files[3]}: there is no such file" in str(found[3])


def test_labels_are_those_of_the_data_set(dataset: datasets.Dataset) -> None:
    assert dataset_labels(dataset) == NAMES * 3
    assert dataset_labels(dataset.rename_column("label", "animal")) == NAMES * 3
    assert dataset_labels(dataset.select([3, 0]).with_format("numpy")) == ["dog", "cat"]
    assert dataset_labels(dataset.remove_columns("label").rename_column("speaker", "label")) == list("aabbcc")
    several = dataset.remove_columns("label").add_column("labels", [[0, 1], [], [1], [0], [1], [0]])
    several = several.cast_column("labels", datasets.List(datasets.ClassLabel(names=NAMES)))
    assert dataset_labels(several)[:3] == [["cat", "dog"], [], ["dog"]]
    hidden = datasets.Dataset.from_dict(
        {"label": [0, -1, None]}, datasets.Features({"label": datasets.ClassLabel(names=NAMES)})
    )
    assert dataset_labels(hidden) == ["cat", None, None]


def test_what_is_not_plain_is_told(dataset: datasets.Dataset) -> None:
    for wrong, message in (
        (dataset.to_iterable_dataset(), "X is an IterableDataset, which has no length"),
        (dataset.train_test_split(0.5), r"X is a DatasetDict of the parts train, test; give one of them, X\[name\]"),
        (
            dataset.select_columns(["label", "speaker"]),
            r"the columns label \(ClassLabel\), speaker \(Value\), of which 0",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            sound_list(wrong)
    two = (
        dataset.rename_column("audio", "left").add_column("right", ["a.wav"] * 6).cast_column("right", datasets.Audio())
    )
    with pytest.raises(ValueError, match="of which 2 hold sound"):
        dataset_rows(two)
    assert len(dataset_rows(two, "right")) == 6
    with pytest.raises(ValueError, match="of which 0 are of the type ClassLabel; give y"):
        dataset_labels(dataset.select_columns(["audio", "speaker"]))
    with pytest.raises(ValueError, match="y is None; give the label of each clip"):
        dataset_labels(["a.wav"])


def test_a_row_without_a_sound_is_told() -> None:
    empty = datasets.Dataset.from_dict({"audio": [None, None]}).cast_column("audio", datasets.Audio())
    assert "row 1: it cannot be read (the row holds no sound)" in str(
        list(SoundReader().read_to_learn(sound_list(empty)))[1]
    )
