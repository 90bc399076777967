"""`python -m autospeech convert`, as a person runs it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from autospeech.cli import app
from autospeech.datasets.autospeech_format import read_autospeech


def convert(*arguments: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autospeech", "convert", *map(str, arguments), "--to", "autospeech"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, done.stderr
    return done


@pytest.mark.parametrize(
    ("task", "classes", "train", "test"),
    [("emodb/emotion", 7, 359, 176), ("drums/instrument", 7, 231, 76)],
)
def test_real_corpora(data_dir: Path, tmp_path: Path, task: str, classes: int, train: int, test: int) -> None:
    done = convert(data_dir / f"{task}.csv", tmp_path)
    name = task.replace("/", "_")
    assert done.stdout.startswith(f"{name}: {classes} classes, {train} train and {test} test clips, ")
    assert done.stdout.endswith(f"hours -> {tmp_path / name}\n")
    dataset = read_autospeech(tmp_path / name)
    with (data_dir / f"{task}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for part, clips in (("train", dataset.train), ("test", dataset.test)):
        listed = [row for row in rows if row["split"] == part]
        assert [dataset.label_names[column] for column in clips.labels.argmax(axis=1)] == [
            row["label"] for row in listed
        ]
        assert not clips.is_multilabel
        for row, clip in list(zip(listed, clips.clips, strict=True))[::25]:
            expected, rate = soundfile.read(data_dir / task.split("/")[0] / row["file_name"], dtype="float32")
            assert rate == 16000
            np.testing.assert_allclose(clip, expected, atol=1e-6)


def test_a_corpus_folder_with_one_task(data_dir: Path, tmp_path: Path) -> None:
    assert convert(data_dir / "drums", tmp_path).stdout.startswith("drums_instrument: ")
    refused = convert(data_dir / "fsdd", tmp_path, expect=2)
    assert "digit.csv, speaker.csv" in refused.stderr


def test_opus_clips(data_dir: Path, tmp_path: Path) -> None:
    with (data_dir / "arspcmd/keyword.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))[::200]
    lines = [f"{data_dir / 'arspcmd' / row['file_name']},{'ab'[number % 2]}" for number, row in enumerate(rows)]
    (tmp_path / "few.csv").write_text("\n".join(["file_name,label", *lines]))
    convert(tmp_path / "few.csv", tmp_path, "--name", "few")
    dataset = read_autospeech(tmp_path / "few")
    assert (len(dataset.train), len(dataset.test)) == (14, 4)
    assert all(np.abs(clip).max() > 0.01 for clip in dataset.train.clips)


def test_the_sample_data(root: Path, tmp_path: Path) -> None:
    done = convert(root / "sample_data", tmp_path, "--time-budget", 60)
    assert done.stdout.startswith("sample_data: 6 classes, 240 train and 96 test clips, ")
    dataset = read_autospeech(tmp_path / "sample_data")
    assert dataset.label_names == ("de", "en-gb", "es", "fr-fr", "it", "pl")
    assert dataset.time_budget == 60
    assert set(dataset.train.labels.sum(axis=0)) == {40}
    for clip in dataset.train.clips + dataset.test.clips:
        assert 1.2 * 16000 <= len(clip) < 2.5 * 16000
        assert 0.75 < np.abs(clip).max() < 0.85
    size = sum(file.stat().st_size for file in (root / "sample_data").rglob("*.flac"))
    assert size < 6e6


def sound(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(file, np.zeros(1600), 16000)


def test_bad_input_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    for name in ("train/a/1.wav", "train/b/2.wav", "test/a/3.wav"):
        sound(tmp_path / "folder" / name)
    (tmp_path / "folder/test/b").mkdir()
    (tmp_path / "folder/test/b/4.wav").write_bytes(b"")
    out = tmp_path / "out"
    for arguments, message in (
        ((tmp_path / "nowhere", out), "there is no such file or folder"),
        ((tmp_path / "folder/train/a/1.wav", out), "neither a folder nor a table"),
        ((tmp_path / "folder", out), "the file is empty (0 bytes)"),
        ((tmp_path / "folder", out, "--skip-bad", "--name", "a/b"), "cannot be the name"),
    ):
        refused = convert(*arguments, expect=2)
        errors = [line for line in refused.stderr.splitlines() if not line.startswith("left out: ")]
        assert len(errors) == 1
        assert errors[0].startswith("error: ")
        assert message in errors[0]
        assert refused.stdout == ""
        assert not out.exists()


def test_bad_files_can_be_skipped_and_data_sets_overwritten(tmp_path: Path) -> None:
    for name in ("train/a/1.wav", "train/b/2.wav", "test/a/3.wav"):
        sound(tmp_path / "folder" / name)
    (tmp_path / "folder/test/a/4.wav").write_bytes(b"RIFF, but no more")
    done = convert(tmp_path / "folder", tmp_path / "out", "--skip-bad")
    assert done.stdout.startswith("folder: 2 classes, 2 train and 1 test clips")
    assert done.stderr.startswith(f"left out: {tmp_path}/folder/test/a/4.wav: it is damaged")
    assert "--overwrite" in convert(tmp_path / "folder", tmp_path / "out", "--skip-bad", expect=2).stderr
    convert(tmp_path / "folder", tmp_path / "out", "--skip-bad", "--overwrite")
    # A data set in the official format is a source too, even of itself.
    convert(tmp_path / "out/folder", tmp_path / "out", "--overwrite", "--time-budget", 5)
    assert read_autospeech(tmp_path / "out/folder").time_budget == 5


def test_the_sample_rate_is_kept_as_asked_for(tmp_path: Path) -> None:
    time = np.arange(44100) / 44100
    tone = (0.3 * np.sin(2 * np.pi * 10_000 * time)).astype("float32")
    for name, rate in (("train/a/1", 44100), ("train/b/2", 44100), ("test/a/3", 44100), ("test/b/4", 22050)):
        file = tmp_path / "folder" / f"{name}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(file, tone[:rate], rate, subtype="FLOAT")
    done = convert(tmp_path / "folder", tmp_path / "high", "--sample-rate", 44100)
    assert done.stderr == (
        "warning: folder: 1 of 4 clips are resampled from a lower rate (22050 Hz the lowest) to 44100 Hz; they hold no "
        "sound above half their own rate\n"
    )
    assert "0.00 hours" in done.stdout
    high = read_autospeech(tmp_path / "high/folder")
    assert high.sample_rate == 44100
    np.testing.assert_array_equal(high.train.clips[0], tone)
    assert len(high.test.clips[1]) == 44100
    # Left out, it is 16000, of data sets too.
    for source in (tmp_path / "folder", tmp_path / "high/folder"):
        assert convert(source, tmp_path / "low", "--overwrite").stderr == ""
        low = read_autospeech(tmp_path / "low/folder")
        assert (low.sample_rate, len(low.train.clips[0])) == (16000, 16000)
        assert np.abs(low.train.clips[0][1000:-1000]).max() < 1e-3
    assert "4 of 4 clips" in convert(tmp_path / "low/folder", tmp_path / "b", "--sample-rate", 44100).stderr
    command = ["convert", str(tmp_path / "folder"), str(tmp_path / "c"), "--to", "autodl", "--sample-rate", "44100"]
    refused = CliRunner().invoke(app, command)
    assert refused.exit_code == 2
    assert refused.stderr == "error: --sample-rate 44100: AutoDL data are at 16000 Hz; leave it out\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['autospeech', '--help']\n"
        "from autospeech.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        "print(sorted({'tensorflow', 'keras', 'numpy', 'sklearn', 'soundfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "convert" in done.stdout
    assert done.stdout.endswith("[]\n")
