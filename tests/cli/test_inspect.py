"""`inspect` as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import typer
from matplotlib import image
from typer.testing import CliRunner, Result

from autospeech.cli.inspect import inspect
from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.read_dataset import read_dataset

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    # The width of the terminal decides where rich breaks tables.
    monkeypatch.setenv("COLUMNS", "100")
    yield


def run(*arguments: object, expect: int = 0) -> Result:
    app = typer.Typer()
    app.command()(inspect)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == expect, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def write(folder: Path, *names: str, samples: np.ndarray | None = None) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(
            os.fsencode(folder / name),
            RNG.uniform(-0.5, 0.5, 8000) if samples is None else samples,
            16000,
            format="WAV",
        )
    return folder


def test_tables_warnings_picture_and_json(tmp_path: Path) -> None:
    names = [
        f"{part}/{label}/{number}.wav" for part in ("train", "test") for label in ("[b]", "cat") for number in "12"
    ]
    folder = write(tmp_path / "pets", *names)
    write(folder, "train/cat/silent.wav", samples=np.zeros(8000))
    (folder / "test/cat/bad.wav").write_bytes(b"no sound")
    done = run(folder, "--json", "found.json")
    lines = done.output.splitlines()
    assert lines[0] == "pets: 9 clips, 0.00 hours, 2 classes"
    assert [line.split()[1:-1:2] for line in lines if line.startswith("│")] == [
        ["cat", "5", "3", "2", "0.001"],
        ["[b]", "4", "2", "2", "0.001"],
    ]
    warnings = [line for line in lines if line.startswith("warning: ")]
    assert len(warnings) == 2
    assert "bad.wav: it is damaged" in warnings[0]
    assert lines[-2:] == ["-> pets-inspection.png", "-> found.json"]
    assert sorted(file.name for file in Path().iterdir()) == ["found.json", "pets-inspection.png"]
    assert image.imread("pets-inspection.png").shape[1] > 800
    report = json.loads(Path("found.json").read_text("utf-8"))
    assert (report["clips"], report["classes"]["cat"]["clips"]) == (9, 5)
    assert list(report["unreadable"]) == [str(folder / "test/cat/bad.wav")]


def test_long_files_are_told_in_plain_seconds(tmp_path: Path) -> None:
    done = run(write(tmp_path / "long", "a/1.wav", "b/2.wav", samples=np.zeros(16000 * 1234)))
    assert "shortest 1234, 5 % 1234, median 1234" in done.output


def test_one_class_is_a_warning(tmp_path: Path) -> None:
    done = run(write(tmp_path / "pets", "cat/1.wav", "cat/2.wav"), "--picture", tmp_path / "one.png")
    assert "warning: there is only the class cat" in done.output
    assert (tmp_path / "one.png").is_file()
    assert not list(Path().iterdir())


def test_sounds_without_labels_are_looked_at_too(tmp_path: Path) -> None:
    folder = write(tmp_path / "heap", "1.wav", "2.wav")
    done = run(folder)
    assert done.output.startswith("heap: 2 clips, 0.00 hours, 0 classes\n")
    assert "warning: 2 files without a label" in done.output
    assert run(folder / "1.wav").output.startswith("1.wav: 1 clips")
    assert sorted(file.name for file in Path().iterdir()) == ["1.wav-inspection.png", "heap-inspection.png"]


def test_a_data_set_in_an_official_format(tmp_path: Path) -> None:
    folder = write(tmp_path / "pets", *(f"{label}/{number}.wav" for label in ("cat", "dog") for number in range(5)))
    write_autospeech(read_dataset(folder), tmp_path / "data")
    done = run(tmp_path / "data/pets")
    assert done.output.startswith("pets: 10 clips, 0.00 hours, 2 classes\n")
    assert "warning" not in done.output


@pytest.mark.parametrize(
    ("source", "more", "message"),
    [
        ("lost", [], "lost: there is no such file or folder; correct the name"),
        ("empty", [], "empty: no sound files found"),
        ("notes.txt", [], "notes.txt: it is damaged or not a sound"),
        ("task.csv", [], "task.csv, line 3: no label"),
        ("broken", [], "none of its 2 files can be read; the first: "),
        ("good", ["--picture", "nowhere/a.png"], "there is no folder nowhere"),
        ("good", ["--json", "nowhere/a.json"], "there is no folder nowhere"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(tmp_path: Path, source: str, more: list[str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no sound")
    (tmp_path / "task.csv").write_text("file_name,label\nc.wav,a\nd.wav,\n")
    for name in ("a/1.wav", "b/2.wav"):
        (tmp_path / "broken" / name).parent.mkdir(parents=True)
        (tmp_path / "broken" / name).write_bytes(b"no sound")
    write(tmp_path / "good", "a/1.wav", "b/2.wav")
    done = run(tmp_path / source, *more, expect=2)
    assert len(done.output.splitlines()) == 1
    assert done.output.startswith("error: ")
    assert message in done.output
    assert not list(Path().iterdir())


def test_names_that_no_terminal_can_show(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    folder = write(tmp_path / odd, f"{odd}/1.wav", "日本/1.wav")
    (folder / odd / "bad.wav").write_bytes(b"no sound")
    code = "import sys, typer; from autospeech.cli.inspect import inspect; typer.run(inspect)"
    done = subprocess.run(
        [sys.executable, "-c", code, os.fsencode(folder), "--json", "x.json"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert r"caf\xe9: 2 clips" in done.stdout
    assert json.loads(Path("x.json").read_text("utf-8"))["classes"].keys() == {r"caf\xe9", "日本"}


def test_neither_keras_nor_tensorflow_is_imported(tmp_path: Path) -> None:
    folder = write(tmp_path / "pets", "cat/1.wav", "dog/2.wav")
    code = (
        "import sys, typer; from autospeech.cli.inspect import inspect\n"
        "assert not {'numpy', 'rich.progress', 'matplotlib', 'soundfile'} & set(sys.modules)\n"
        "try: typer.run(inspect)\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not {'tensorflow', 'keras', 'sklearn'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, capture_output=True)


def test_real_corpora(data_dir: Path) -> None:
    done = run(data_dir / "emodb/emotion.csv", "--json", "x.json")
    assert done.output.startswith("emodb_emotion: 535 clips, 0.30 hours, 7 classes\n")
    assert "warning" not in done.output
    report = json.loads(Path("x.json").read_text("utf-8"))
    assert report["seconds"]["shortest"] == report["seconds"]["longest"] == 2
    for found in report["recordings"][::100]:
        samples, rate = soundfile.read(found["file_name"])
        assert (rate, len(samples) / rate) == (found["sample_rate"], found["seconds"])
        assert found["peak"] == pytest.approx(np.abs(samples).max())
        assert found["rms"] == pytest.approx(np.sqrt(np.mean(samples**2)))
