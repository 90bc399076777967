"""What an inspection finds in folders with something wrong, and that it never holds them in memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.inspection import Inspection, inspect_dataset, inspect_recordings
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.recording import Recording

RNG = np.random.default_rng(0)


def noise(seconds: float = 0.5, rate: int = 16000, channels: int = 1) -> np.ndarray:
    return RNG.uniform(-0.5, 0.5, (round(seconds * rate), channels))


def write(folder: Path, name: str, samples: np.ndarray | bytes, rate: int = 16000, subtype: str | None = None) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(samples, bytes):
        file.write_bytes(samples)
    else:
        soundfile.write(file, samples, rate, subtype=subtype)


def write_sound_folder(folder: Path) -> Path:
    for label in ("cat", "dog"):
        for part, count in (("train", 3), ("test", 2)):
            for number in range(count):
                write(folder, f"{part}/{label}/{number}.wav", noise())
    return folder


def inspected(folder: Path) -> Inspection:
    return inspect_recordings(list_recordings(folder))


def test_what_is_well_gives_no_warnings(tmp_path: Path) -> None:
    found = inspected(write_sound_folder(tmp_path))
    assert found.warnings() == []
    assert found.clips == 10
    assert found.hours == pytest.approx(5 / 3600)
    assert found.classes == {"cat": 5, "dog": 5}
    assert found.hours_by_class == pytest.approx({"cat": 2.5 / 3600, "dog": 2.5 / 3600})
    assert found.splits == {"train": {"cat": 3, "dog": 3}, "test": {"cat": 2, "dog": 2}}
    assert found.imbalance == 1
    assert found.lengths == {"shortest": 0.5, "5 %": 0.5, "median": 0.5, "95 %": 0.5, "longest": 0.5}
    assert (found.sample_rates, found.channels) == ({16000: 10}, {1: 10})
    assert json.loads(json.dumps(found.as_json(), allow_nan=False))["recordings"][0]["labels"] == ["cat"]


# As integers, which all formats keep to the last bit.
SAME = (32767 * noise()).astype(np.int16)


@pytest.mark.parametrize(
    ("files", "finding", "warning"),
    [
        ({"train/dog/x.wav": b"RIFF, but no more"}, "unreadable", "1 file that cannot be read: .*x.wav: it is damaged"),
        ({"train/dog/x.wav": b""}, "unreadable", r"1 file that cannot be read: .*x.wav: the file is empty \(0 bytes\)"),
        (
            {"train/dog/x.wav": np.zeros(16000)},
            "silent",
            "1 file without a sample above -80 dBFS, .*: .*/train/dog/x.wav$",
        ),
        ({"train/dog/x.wav": np.zeros(0)}, "short", "1 file of less than 0.1 s: .*x.wav"),
        ({"train/dog/x.wav": noise(0.09)}, "short", "1 file of less than 0.1 s: .*x.wav"),
        ({"train/dog/x.wav": np.full(16000, np.nan)}, "non_finite", "1 file with NaN or infinite samples"),
        (
            {"train/dog/x.wav": noise() * [0.9, -1]},
            "not_whole",
            "1 file with something missing, or repaired to be read: .*x.wav: its channels cancel each other",
        ),
        ({"train/dog/x.wav": np.ones(16000)}, "clipped", "1 file of which a thousandth or more is clipped: .*x.wav"),
        (
            {"train/dog/x.wav": SAME, "train/dog/y.flac": SAME},
            "duplicates",
            "1 file of the same sound as another: .*x.wav and .*y.flac",
        ),
        (
            {"train/dog/x.wav": SAME, "train/cat/y.flac": SAME},
            "duplicates_with_different_labels",
            "1 sound stands in files with different labels: .*y.flac and .*x.wav",
        ),
        (
            {"train/dog/x.wav": SAME, "test/dog/y.wav": SAME},
            "duplicates_in_train_and_test",
            "1 sound stands in train and in test, so that the score will flatter",
        ),
    ],
)
def test_what_is_wrong_with_files(
    tmp_path: Path, files: dict[str, np.ndarray | bytes], finding: str, warning: str
) -> None:
    for name, samples in files.items():
        is_float = isinstance(samples, np.ndarray) and np.isnan(samples).any()
        write(tmp_path, name, samples, subtype="FLOAT" if is_float else None)
    found = inspected(write_sound_folder(tmp_path))
    assert len(getattr(found, finding)) == 1
    assert any(re.search(warning, said) for said in found.warnings()), found.warnings()
    text = json.dumps(found.as_json(), allow_nan=False)
    assert len(json.loads(text)[finding]) == 1
    # Whatever is wrong with one file, all others were read.
    assert found.clips >= 10


@pytest.mark.parametrize(
    ("files", "warning"),
    [
        (("a/1.wav", "a/2.wav"), "there is only the class a: two are the least that can be told apart"),
        (("a/1.wav", "a/2.wav", "b/3.wav"), "1 class is heard in one clip alone.*: b"),
        (("train/1.wav", "test/2.wav"), "the classes are called test, train, which are names of parts"),
        (("a/1.wav", "b/2.bad.wav"), "1 class is left without a clip that can be read: b"),
        (("train/a/1.wav", "train/b/2.wav", "test/c/3.wav"), "1 class is only in test.*: c"),
        ((*(f"a/{n}.wav" for n in range(10)), "b/1.wav"), r"10 times as many .* \(a 10, b 1\)"),
    ],
)
def test_what_is_wrong_with_classes(tmp_path: Path, files: tuple[str, ...], warning: str) -> None:
    for name in files:
        write(tmp_path, name, b"no sound" if "bad" in name else noise())
    warnings = inspected(tmp_path).warnings()
    assert any(re.search(warning, said) for said in warnings), warnings


@pytest.mark.parametrize(
    ("rows", "warning"),
    [
        (
            ["1.wav,a,train,ann", "2.wav,b,train,bob", "3.wav,a,test,ann", "4.wav,b,test,cai"],
            "1 group is in train and in test, so that the score will flatter: ann",
        ),
        (["1.wav,a,train,", "2.wav,b,,", "3.wav,a,test,"], "1 file without a split among others with one"),
        (["1.wav,a,test,", "2.wav,b,test,"], "there are only test clips"),
        (["1.wav,a,train,", "2.wav,b,train,", "9.wav,a,test,"], "none of the test clips can be read"),
        (["1.wav,a,train,", "9.wav,b,train,"], "1 file that cannot be read: .*9.wav: there is no such file"),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path: Path, rows: list[str], warning: str) -> None:
    for number in range(1, 5):
        write(tmp_path, f"{number}.wav", noise())
    (tmp_path / "t.csv").write_text("\n".join(["file_name,label,split,group", *rows]))
    warnings = inspected(tmp_path).warnings()
    assert any(re.search(warning, said) for said in warnings), warnings


def test_missing_labels_in_a_table_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("file_name,label\n1.wav,a\n2.wav,\n")
    with pytest.raises(DatasetError, match=r"t\.csv, line 3: no label"):
        inspected(tmp_path)


def test_rates_and_channels_are_counted(tmp_path: Path) -> None:
    for name, rate, channels in (("a/1.wav", 8000, 1), ("a/2.flac", 48000, 2), ("b/3.wav", 48000, 1)):
        write(tmp_path, name, noise(0.5, rate, channels), rate)
    found = inspected(tmp_path)
    assert found.sample_rates == {48000: 2, 8000: 1}
    assert found.channels == {1: 2, 2: 1}
    assert found.lengths["median"] == 0.5
    assert any("1 at 8000 Hz" in said for said in found.warnings())


def test_the_worst_is_said_first(tmp_path: Path) -> None:
    write(tmp_path, "train/dog/silent.wav", np.zeros(16000))
    write(tmp_path, "train/dog/same.wav", SAME)
    write(tmp_path, "train/cat/same.wav", SAME)
    write(tmp_path, "test/cat/bad.wav", b"no sound")
    said = inspected(write_sound_folder(tmp_path)).warnings()
    order = ["different labels", "cannot be read", "silence", "same sound"]
    assert len(said) == len(order)
    assert all(part in warning for part, warning in zip(order, said, strict=True)), said


def test_of_many_duplicates_two_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    for name in ("a/1", "a/2", "a/3", "b/1", "b/2"):
        write(tmp_path, f"{name}.wav", SAME)
    found = inspected(tmp_path)
    (same,) = found.duplicates_with_different_labels
    assert [str(file.relative_to(tmp_path)) for file in same] == ["a/1.wav", "b/1.wav", "a/2.wav", "a/3.wav", "b/2.wav"]
    assert found.warnings()[0].endswith(f"{tmp_path}/a/1.wav and {tmp_path}/b/1.wav (and 3 more)")


def tune(seed: int) -> np.ndarray:
    steps = np.random.default_rng(seed).uniform(0.05, 2.0, (2, 20))
    sound = 0.2 * np.sin(np.cumsum(np.repeat(steps, 1600, axis=1), axis=1)).mean(axis=0)
    # As 16 bits have it, which all lossless formats keep.
    return np.round(32768 * sound) / 32768


def test_copies_that_were_changed_are_told_apart_from_the_same_sound(tmp_path: Path) -> None:
    for name, samples in {
        "train/dog/1.wav": tune(1),
        "train/dog/2.flac": tune(1),
        "train/cat/quieter.mp3": 0.3 * tune(1),
        "train/cat/3.wav": tune(2),
        "test/cat/cut.ogg": tune(2)[3072:],
        "test/dog/other.wav": tune(3),
    }.items():
        write(tmp_path, name, samples)
    found = inspected(tmp_path)
    assert [[file.name for file in same] for same in found.duplicates] == [["1.wav", "2.flac"]]
    assert found.duplicates_with_different_labels == found.duplicates_in_train_and_test == ()

    def names(sets: tuple[tuple[Path, ...], ...]) -> list[set[str]]:
        return [{file.name for file in same} for same in sets]

    assert names(found.near_duplicates_in_train_and_test) == [{"3.wav", "cut.ogg"}]
    assert names(found.near_duplicates_with_different_labels) == [{"1.wav", "quieter.mp3"}]
    assert len(found.near_duplicates) == 2
    assert found.as_json()["near_duplicates_in_train_and_test"] == [
        [str(tmp_path / "test/cat/cut.ogg"), str(tmp_path / "train/cat/3.wav")]
    ]
    what = "encoded, cut or amplified in another way"
    for said in (
        f"1 recording stands, {what}, in files with different labels: ",
        f"1 recording stands, {what}, in train and in test, so that the score will flatter: ",
        f"2 files of the same recording as another, {what}: ",
    ):
        assert any(warning.startswith(said) for warning in found.warnings()), found.warnings()


def test_copies_in_memory_are_found() -> None:
    clips = [tune(1), tune(2), tune(3), 0.5 * tune(1)[2048:]]
    train, test = (
        LabelledClips([clips[row].astype("float32") for row in rows], np.eye(2)[[0, 1]]) for rows in ((0, 1), (2, 3))
    )
    found = inspect_dataset(Dataset("tunes", train, test, ("a", "b")))
    assert found.near_duplicates_in_train_and_test == ((Path("train/0"), Path("test/1")),)


def test_groups_that_coincide_with_classes_are_told_of(tmp_path: Path) -> None:
    for number in range(6):
        write(tmp_path, f"{number}.wav", noise())
    rows = ["0.wav,a,ann", "1.wav,a,ann", "2.wav,b,bob", "3.wav,b,bob"]
    (tmp_path / "t.csv").write_text("\n".join(["file_name,label,group", *rows]))
    assert any(said.startswith("groups and classes coincide") for said in inspected(tmp_path).warnings())
    (tmp_path / "t.csv").write_text("\n".join(["file_name,label,group", *rows, "4.wav,a,cai", "5.wav,b,dan"]))
    assert inspected(tmp_path).warnings() == []


def test_silence_is_no_duplicate_of_silence(tmp_path: Path) -> None:
    for label in "ab":
        write(tmp_path, f"{label}/1.wav", np.zeros(16000))
    assert inspected(tmp_path).duplicates == ()


def test_hard_links_and_several_labels(tmp_path: Path) -> None:
    write(tmp_path, "1.wav", noise())
    os.link(tmp_path / "1.wav", tmp_path / "2.wav")
    files = [Recording(tmp_path / "1.wav", ("a", "b")), Recording(tmp_path / "2.wav", ("b", "a"))]
    found = inspect_recordings(files)
    assert len(found.duplicates) == 1
    assert found.duplicates_with_different_labels == ()
    assert found.classes == {"a": 2, "b": 2}


def test_without_labels(tmp_path: Path) -> None:
    write(tmp_path, "1.wav", noise())
    found = inspect_recordings([Recording(tmp_path / "1.wav", ())])
    assert (found.classes, found.imbalance) == ({}, None)
    assert found.warnings() == ["1 file without a label, from which nothing can be learnt"]


def test_nothing_to_inspect() -> None:
    with pytest.raises(DatasetError, match="no recordings"):
        inspect_recordings([])


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_findings_keep_the_order_whatever_the_threads(tmp_path: Path, threads: int | None) -> None:
    lengths = [0.2 + 0.01 * number for number in RNG.permutation(100)]
    for number, seconds in enumerate(lengths):
        write(tmp_path, f"{number}.wav", noise(seconds))
    steps: list[tuple[int, int]] = []
    recordings = [Recording(tmp_path / f"{number}.wav", ("a",)) for number in range(100)]
    found = inspect_recordings(recordings, lambda done, total: steps.append((done, total)), threads)
    assert [facts.seconds for _, facts in found.readable] == pytest.approx(lengths)
    assert steps == [(done, 100) for done in range(1, 101)]


def test_a_data_set_in_memory() -> None:
    clips = [noise()[:, 0].astype(np.float32) for _ in range(4)]
    train = LabelledClips([*clips[:2], np.zeros(16000, np.float32)], np.array([[1, 0], [0, 1], [1, 1]]))
    test = LabelledClips([clips[0], clips[3]], np.eye(2))
    found = inspect_dataset(Dataset("memory", train, test, ("a", "b")))
    assert found.classes == {"a": 3, "b": 3}
    assert found.silent == (Path("train/2"),)
    assert found.duplicates_in_train_and_test == ((Path("train/0"), Path("test/0")),)


def test_memory_does_not_grow_with_hours(tmp_path: Path) -> None:
    """Five minutes in one file, then an hour of such files, each in a process of its own."""
    with soundfile.SoundFile(tmp_path / "0.wav", "w", 16000, 1) as file:
        file.write(noise(300))
    for number in range(1, 12):
        os.link(tmp_path / "0.wav", tmp_path / f"{number}.wav")
    code = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from autospeech.datasets.inspection import inspect_recordings\n"
        "from autospeech.datasets.recording import Recording\n"
        "files = sorted(Path(sys.argv[1]).iterdir())[: int(sys.argv[2])]\n"
        "found = inspect_recordings([Recording(file, ('a',)) for file in files], threads=2)\n"
        "print(found.hours, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    measured = []
    for count in (1, 12):
        command = [sys.executable, "-c", code, str(tmp_path), str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        hours, mebibytes = map(float, done.stdout.split())
        assert hours == pytest.approx(count / 12)
        measured.append(mebibytes)
    # One such file at float32 is 18 MiB; two threads hold two blocks.
    assert measured[1] < measured[0] + 12
