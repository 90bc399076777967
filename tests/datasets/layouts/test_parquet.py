"""Parquet files that the `datasets` library has written."""

from __future__ import annotations

import builtins
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
import soundfile

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts import parquet
from autospeech.datasets.list_recordings import list_recordings
from autospeech.datasets.read_dataset import read_dataset


def sound(number: int, kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(number).normal(scale=0.1, size=1600), 16000, format=kind)
    return file.getvalue()


def write(path: Path, columns: dict[str, list[Any]], features: dict[str, Any]) -> Path:
    from datasets import Dataset, Features
    from datasets.table import InMemoryTable

    path.parent.mkdir(parents=True, exist_ok=True)
    # Encoding sounds would need torchcodec; these are encoded.
    table = pyarrow.table(columns, schema=Features(features).arrow_schema)
    Dataset(InMemoryTable(table)).to_parquet(path)
    return path


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A repository of the Hub: two shards to learn from, one of tests."""
    from datasets import Audio, ClassLabel, Value

    features = {"audio": Audio(decode=False), "label": ClassLabel(names=["no", "yes"]), "speaker": Value("string")}
    shards = {
        "train-00000-of-00002": range(20),
        "train-00001-of-00002": range(20, 24),
        "test-00000-of-00001": range(24, 28),
    }
    for name, numbers in shards.items():
        columns = {
            "audio": [{"bytes": sound(n), "path": f"{n}.wav"} for n in numbers],
            "label": [n % 2 for n in numbers],
            "speaker": [f"s{n // 4}" for n in numbers],
        }
        write(tmp_path / f"hub/data/{name}.parquet", columns, features)
    return tmp_path / "hub"


def test_sounds_labels_and_splits(hub: Path, listed) -> None:
    found = listed(hub, group="speaker")
    order = [*range(24, 28), *range(24)]
    assert found == [
        (
            f"{n - 24 if n >= 24 else n % 20:07d}-{n}.wav",
            ("no", "yes")[n % 2],
            "test" if n >= 24 else "train",
            f"s{n // 4}",
        )
        for n in order
    ]
    assert [one.path.read_bytes() for one in list_recordings(hub)] == [sound(n) for n in order]
    assert listed(hub / "data") == listed(hub)
    shard = hub / "data/train-00001-of-00002.parquet"
    assert [name for name, *_ in listed(shard, label="speaker")] == [f"{n:07d}-{20 + n}.wav" for n in range(4)]
    dataset = read_dataset(hub)
    assert (len(dataset.train), len(dataset.test), dataset.label_names) == (24, 4, ("no", "yes"))


def test_what_was_written_goes_when_the_program_ends(hub: Path) -> None:
    check = (
        "import sys, autospeech.datasets.list_recordings as lists\nprint(lists.list_recordings(sys.argv[1])[0].path)"
    )
    told = subprocess.run([sys.executable, "-c", check, hub], capture_output=True, text=True, check=True).stdout.strip()
    assert told.endswith("-24.wav")
    assert not Path(told).exists()


def test_a_large_file_never_stands_in_memory_whole(tmp_path: Path) -> None:
    # 200 MB in row groups of 10 MB.
    rng = np.random.default_rng(0)
    schema = pyarrow.schema({"audio": pyarrow.binary(), "label": pyarrow.string()})
    with pyarrow.parquet.ParquetWriter(tmp_path / "train.parquet", schema, compression="none") as writer:
        for _ in range(20):
            sounds = [rng.bytes(1_000_000) for _ in range(10)]
            writer.write_table(pyarrow.table({"audio": sounds, "label": ["a", "b"] * 5}, schema=schema))
    check = (
        "import sys, pyarrow.parquet, autospeech.datasets.list_recordings as lists\n"
        "def peak(): return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024\n"
        "before = peak()\n"
        "print(len(lists.list_recordings(sys.argv[1])), peak() - before)"
    )
    told = subprocess.run([sys.executable, "-c", check, tmp_path], capture_output=True, text=True, check=True).stdout
    (tmp_path / "train.parquet").unlink()
    rows, megabytes = told.split()
    assert int(rows) == 200
    assert float(megabytes) < 120, megabytes


def test_several_labels_text_labels_and_rows_without(tmp_path: Path, listed) -> None:
    from datasets import Audio, ClassLabel, List, Value

    audio = [{"bytes": sound(n, "FLAC"), "path": None} for n in range(3)]
    names = ClassLabel(names=["a", "b"])
    several = write(
        tmp_path / "1.parquet",
        {"audio": audio, "tags": [[0, 1], [1], [0]]},
        {"audio": Audio(decode=False), "tags": List(names)},
    )
    assert [label for _, label, _, _ in listed(several)] == ["a|b", "b", "a"]
    text = write(
        tmp_path / "2.parquet",
        {"audio": audio, "genre": ["x", "y", "x"], "id": [1, 2, 3]},
        {"audio": Audio(decode=False), "genre": Value("string"), "id": Value("int64")},
    )
    assert [label for _, label, _, _ in listed(text)] == ["x", "y", "x"]
    assert [label for _, label, _, _ in listed(text, label="id")] == ["1", "2", "3"]
    without = write(
        tmp_path / "3.parquet", {"audio": audio, "label": [0, -1, 1]}, {"audio": Audio(decode=False), "label": names}
    )
    with pytest.warns(UserWarning, match="1 of 3 rows are left out, since they have no label"):
        assert [label for _, label, _, _ in listed(without)] == ["a", "b"]


def test_names_of_strangers_lead_nowhere(tmp_path: Path) -> None:
    rows = [
        {"bytes": sound(n), "path": path}
        for n, path in enumerate(["../../etc/x.wav", "/etc/y.wav", "..", "a\\b\nc.wav"])
    ]
    pyarrow.parquet.write_table(pyarrow.table({"audio": rows, "label": list("abab")}), tmp_path / "train.parquet")
    paths = [one.path for one in list_recordings(tmp_path)]
    assert [path.name for path in paths] == ["0000000-x.wav", "0000001-y.wav", "0000002-..", "0000003-b_c.wav"]
    assert len({path.parent for path in paths}) == 1


def test_files_beside_the_table(tmp_path: Path, make_sounds, listed) -> None:
    make_sounds(tmp_path, ["a.wav", "b.wav"])
    table = pyarrow.table({"file_name": ["a.wav", "b.wav"], "label": ["x", "y"]})
    pyarrow.parquet.write_table(table, tmp_path / "metadata.parquet")
    assert listed(tmp_path) == [("a.wav", "x", None, None), ("b.wav", "y", None, None)]
    rows = [{"bytes": None, "path": name} for name in ("a.wav", "b.wav")]
    pyarrow.parquet.write_table(pyarrow.table({"audio": rows, "label": ["x", "y"]}), tmp_path / "metadata.parquet")
    assert listed(tmp_path) == [("a.wav", "x", None, None), ("b.wav", "y", None, None)]


def test_other_parquet_files_beside_sounds_are_passed_over(tmp_path: Path, make_sounds, listed) -> None:
    make_sounds(tmp_path, ["x/a.wav", "y/b.wav"])
    pyarrow.parquet.write_table(pyarrow.table({"number": [1, 2]}), tmp_path / "embeddings.parquet")
    assert [label for _, label, _, _ in listed(tmp_path)] == ["x", "y"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"number": [1], "label": ["a"]}, "its columns are number, label; it needs file_name and label"),
        ({"audio": [b"x"], "one": ["a"], "two": ["b"]}, "its columns are one, two; name the labels with label"),
        ({"left": [b"x"], "right": [b"x"], "label": ["a"]}, "left, right hold sounds; call the right one audio"),
        ({"audio": [None], "label": ["a"]}, "row 0: it holds no sound"),
        ({"audio": [b"x"], "label": [None]}, "row 0: no label"),
    ],
)
def test_columns_that_do_not_do(tmp_path: Path, columns: dict[str, list[Any]], message: str) -> None:
    kinds = {"audio": pyarrow.binary(), "label": pyarrow.string()}
    table = pyarrow.table({name: pyarrow.array(cells, kinds.get(name)) for name, cells in columns.items()})
    pyarrow.parquet.write_table(table, tmp_path / "train.parquet")
    with pytest.raises(DatasetError, match=message):
        list_recordings(tmp_path)


def test_damaged_files_full_disks_and_no_pyarrow(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = hub / "data/train-00001-of-00002.parquet"
    with monkeypatch.context() as patch:
        patch.setattr(parquet.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 100}))
        with pytest.raises(DatasetError, match=r"no space left for its 0.0 GB; .*set TMPDIR"):
            list_recordings(hub)
    importing = builtins.__import__

    def without_pyarrow(name: str, *arguments: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return importing(name, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(builtins, "__import__", without_pyarrow)
        with pytest.raises(DatasetError, match=r'not installed; pip install "autospeech\[datasets\]"'):
            list_recordings(hub)
    shard.write_bytes(shard.read_bytes()[:-100])
    with pytest.raises(DatasetError, match=r"train-00001-of-00002.parquet: .*copy the file again"):
        list_recordings(hub)


def test_features_beside_folders_of_classes(tmp_path: Path) -> None:
    for kind in ("no", "yes"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "1.wav").write_bytes(sound(1))
    pyarrow.parquet.write_table(pyarrow.table({"mfcc": [0.5], "label": ["no"]}), tmp_path / "train.parquet")
    assert [found.labels for found in list_recordings(tmp_path)] == [("no",), ("yes",)]
    with pytest.raises(DatasetError, match="its columns are mfcc, label; it needs file_name and label"):
        list_recordings(tmp_path / "train.parquet")


def test_the_index_of_a_frame_is_no_label(tmp_path: Path) -> None:
    columns = {"audio": [sound(1), sound(2)], "Mood": ["calm", "wild"], "__index_level_0__": [7, 9]}
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert [found.labels for found in list_recordings(tmp_path / "a.parquet")] == [("calm",), ("wild",)]


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("<html>")
    with pytest.raises(DatasetError, match=r"a.parquet: it cannot be read as Parquet: .*; copy the file again"):
        list_recordings(tmp_path / "a.parquet")
