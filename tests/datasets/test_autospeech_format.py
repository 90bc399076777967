"""The AutoSpeech format: round trips, strangers' variants, and damaged folders."""

from __future__ import annotations

import json
import pickle
import pickletools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autospeech.datasets.autospeech_format import read_autospeech, write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips


@pytest.fixture
def dataset() -> Dataset:
    rng = np.random.default_rng(0)

    def part(*lengths: int) -> LabelledClips:
        clips = [rng.uniform(-1, 1, length).astype(np.float32) for length in lengths]
        return LabelledClips(clips, np.eye(3)[np.arange(len(lengths)) % 3])

    return Dataset("noise", part(100, 1, 16000, 0, 7), part(5, 300), ("low", "mid", "hôch"))


def assert_equal(first: Dataset, second: Dataset) -> None:
    assert (first.name, first.label_names, first.sample_rate) == (second.name, second.label_names, second.sample_rate)
    assert first.time_budget == second.time_budget
    for one, other in ((first.train, second.train), (first.test, second.test)):
        np.testing.assert_array_equal(one.labels, other.labels)
        assert len(one) == len(other)
        for clip, same in zip(one.clips, other.clips, strict=True):
            assert clip.dtype == same.dtype == np.float32
            np.testing.assert_array_equal(clip, same)


def test_round_trip(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autospeech(dataset, tmp_path)
    files = sorted(str(file.relative_to(written)) for file in written.rglob("*") if file.is_file())
    data = ["meta.json", "test.pkl", "train.pkl", "train.solution"]
    assert files == [*(f"noise.data/{name}" for name in data), "noise.solution"]
    assert_equal(read_autospeech(written), dataset)
    assert_equal(read_autospeech(written / "noise.data"), dataset)
    assert (written / "noise.solution").read_text() == "1 0 0\n0 1 0\n"
    meta = json.loads((written / "noise.data/meta.json").read_text())
    assert (meta["class_num"], meta["train_num"], meta["test_num"], meta["sample_rate"]) == (3, 5, 2, 16000)
    assert "time_budget" not in meta


@pytest.mark.parametrize("budget", [1200.0, 2.5])
def test_a_time_budget_is_kept(tmp_path: Path, dataset: Dataset, budget: float) -> None:
    assert read_autospeech(write_autospeech(replace(dataset, time_budget=budget), tmp_path)).time_budget == budget


def test_multi_label_and_one_test_clip(tmp_path: Path, dataset: Dataset) -> None:
    several = LabelledClips(dataset.train.clips[:2], np.array([[1, 1, 0], [0, 0, 0]]))
    mixed = replace(dataset, train=several, test=several.subset([0]))
    assert_equal(read_autospeech(write_autospeech(mixed, tmp_path)), mixed)


def test_pickles_name_nothing_that_numpy_1_lacks(tmp_path: Path, dataset: Dataset) -> None:
    pickled = (write_autospeech(dataset, tmp_path) / "noise.data/train.pkl").read_bytes()
    strings = {argument for _, argument, _ in pickletools.genops(pickled) if isinstance(argument, str)}
    assert {name for name in strings if "numpy" in name} == {"numpy"}
    clips = pickle.loads(pickled)
    assert all(clip.flags.writeable for clip in clips)
    np.testing.assert_array_equal(clips[2], dataset.train.clips[2])


def test_the_layout_of_2020(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autospeech(dataset, tmp_path)
    (written / "noise.data").rename(written / "train.data")
    (written / "noise.solution").rename(written / "test.solution")
    assert_equal(read_autospeech(written), dataset)


def test_strangers_clips_are_cleaned(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autospeech(dataset, tmp_path)
    clips = [np.array([16384], np.int16), [0.5, float("nan")], np.zeros((4, 1)), np.float64(0.5), np.zeros(0)]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (written / "noise.data/train.pkl").write_bytes(pickle.dumps(clips, protocol))
        read = read_autospeech(written).train.clips
        assert [clip.tolist() for clip in read] == [[0.5], [0.5, 0], [0, 0, 0, 0], [0.5], []]


def test_a_clip_that_is_in_the_list_many_times_takes_memory_once(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autospeech(dataset, tmp_path)
    quiet, loud = np.full(50_000, 100, np.int16), np.full(50_000, 10_000, np.int16)
    (written / "noise.data/train.pkl").write_bytes(pickle.dumps([quiet, loud] * 10_000))
    (written / "noise.data/train.solution").write_text("1 0 0\n0 1 0\n" * 10_000)
    read = read_autospeech(written).train.clips
    assert len(read) == 20_000
    assert {id(clip) for clip in read[::2]} == {id(read[0])}
    assert [clip[0] for clip in read[:2]] == [np.float32(100 / 2**15), np.float32(10_000 / 2**15)]
    # The rows of one matrix are clips of their own.
    (written / "noise.data/train.pkl").write_bytes(pickle.dumps(np.arange(20_000.0).reshape(-1, 1) / 20_000))
    assert [float(clip[0]) for clip in read_autospeech(written).train.clips[:3]] == pytest.approx([0, 5e-5, 1e-4])


def test_meta_json_may_hold_little(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autospeech(dataset, tmp_path)
    (written / "noise.data/meta.json").write_text('{"class_num": 3, "time_budget": null}')
    read = read_autospeech(written)
    assert (read.label_names, read.sample_rate, read.time_budget) == (("0", "1", "2"), 16000, None)


class Hostile:
    def __reduce__(self):
        return (Path.touch, (Path("/tmp/autospeech-was-here"),))


def text(content: str) -> Callable[[Path], object]:
    return lambda file: file.write_text(content)


def pickled(content: object) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(pickle.dumps(content))


DAMAGES: list[tuple[str, Callable[[Path], object], str]] = [
    ("noise.data/train.pkl", Path.unlink, "it is missing"),
    ("noise.data/test.pkl", Path.unlink, "it is missing"),
    ("noise.data/train.solution", Path.unlink, "the solution is missing"),
    ("noise.solution", Path.unlink, "the solution is missing"),
    ("noise.data/meta.json", Path.unlink, "class_num"),
    ("noise.data/meta.json", text("{"), "not JSON"),
    ("noise.data/meta.json", text("[3]"), "class_num must be a whole number"),
    ("noise.data/meta.json", text('{"class_num": "3"}'), "class_num must be a whole number"),
    ("noise.data/meta.json", text('{"class_num": 4}'), "3 columns but class_num is 4"),
    ("noise.data/meta.json", text('{"class_num": 3, "sample_rate": "16k"}'), "sample_rate is '16k'"),
    ("noise.data/meta.json", text('{"class_num": 3, "label_names": ["a"]}'), "label names"),
    ("noise.data/meta.json", text('{"class_num": 3, "time_budget": -1}'), "time_budget is -1"),
    ("noise.data/train.solution", text("1 0 0\n" * 4), "4 rows for the 5 clips"),
    ("noise.data/train.solution", text("1 0 0\n1 0\n" * 2), "same number"),
    ("noise.data/train.solution", text("1 0 2\n" * 5), "row 1 holds 2"),
    ("noise.data/train.solution", text("1 0 x\n" * 5), "separated by spaces"),
    ("noise.solution", text(""), "the file is empty"),
    ("noise.data/train.pkl", pickled([Hostile()]), "not a safe"),
    ("noise.data/train.pkl", pickled([np.array([Hostile()])]), "not a safe"),
    ("noise.data/train.pkl", text("hello"), "not a safe"),
    ("noise.data/train.pkl", lambda file: file.write_bytes(file.read_bytes()[:-20]), "not a safe"),
    ("noise.data/train.pkl", pickled({"a": 1}), "it holds a dict"),
    ("noise.data/train.pkl", pickled(["one", "two"]), "clip 0: a clip must hold real numbers"),
    ("noise.data/test.pkl", pickled([]), "2 rows for the 0 clips"),
]


@pytest.mark.parametrize(("name", "damage", "message"), DAMAGES)
def test_damaged_data_sets_are_named(
    tmp_path: Path, dataset: Dataset, name: str, damage: Callable[[Path], object], message: str
) -> None:
    file = write_autospeech(dataset, tmp_path) / name
    damage(file)
    with pytest.raises(DatasetError, match=message) as caught:
        read_autospeech(tmp_path / "noise")
    assert file.name in str(caught.value) or "noise:" in str(caught.value)
    assert not Path("/tmp/autospeech-was-here").exists()


def test_nothing_is_overwritten_unless_asked_for(tmp_path: Path, dataset: Dataset) -> None:
    write_autospeech(dataset, tmp_path)
    with pytest.raises(DatasetError, match="--overwrite"):
        write_autospeech(dataset, tmp_path)
    changed = replace(dataset, label_names=("x", "y", "z"))
    assert_equal(read_autospeech(write_autospeech(changed, tmp_path, overwrite=True)), changed)
    (tmp_path / "noise/diary.txt").write_text("Dear diary")
    with pytest.raises(DatasetError, match="no converted data set"):
        write_autospeech(dataset, tmp_path, overwrite=True)
    assert (tmp_path / "noise/diary.txt").exists()


def test_written_whole_or_not_at_all(tmp_path: Path, dataset: Dataset) -> None:
    # A clip that cannot be turned into float32 fails in the middle of the writing.
    dataset.test.clips.append(np.array(["not a number"]))
    with pytest.raises(ValueError, match="could not convert"):
        write_autospeech(dataset, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "a/b", "..", ".x", "a\nb"])
def test_names_that_cannot_be_folders(dataset: Dataset, name: str) -> None:
    with pytest.raises(DatasetError, match="name of a data set"):
        replace(dataset, name=name)


@pytest.mark.parametrize(
    ("clips", "labels", "message"),
    [
        ([np.zeros(3)], np.eye(2), "2 rows of labels for 1 clips"),
        ([np.zeros(3)], np.array([1.0]), "must be"),
        ([np.zeros(3)], np.zeros((1, 0)), "must be"),
        ([np.zeros(3)], np.array([[0.5]]), "labels are 0 or 1"),
        ([np.zeros(3)], np.array([[np.nan]]), "labels are 0 or 1"),
        ([np.zeros((3, 1))], np.array([[1]]), "a clip must be"),
    ],
)
def test_labels_that_do_not_fit(clips: list[np.ndarray], labels: np.ndarray, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        LabelledClips(clips, labels)
