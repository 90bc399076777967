"""`--label` and `--group` of the commands, on a small UrbanSound8K."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from autospeech.cli import app
from autospeech.cli.labelled_source import read_source
from autospeech.datasets.read_dataset import read_dataset


@pytest.fixture
def urbansound8k(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lines = ["slice_file_name,fsID,start,end,salience,fold,classID,class"]
    for number in range(12):
        fold, name = number // 4 + 1, f"{number}-3-0-0.wav"
        (tmp_path / f"UrbanSound8K/audio/fold{fold}").mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(number).normal(scale=0.1, size=1600)
        soundfile.write(tmp_path / f"UrbanSound8K/audio/fold{fold}/{name}", noise, 16000)
        lines.append(f"{name},{number // 2},0,4,{number % 3},{fold},3,{('siren', 'drilling')[number % 2]}")
    (tmp_path / "UrbanSound8K/metadata").mkdir()
    (tmp_path / "UrbanSound8K/metadata/UrbanSound8K.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "UrbanSound8K"


def run(*arguments: object, expect: int = 0) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == expect, done.output
    return done.output


def test_inspect(urbansound8k: Path, tmp_path: Path) -> None:
    told = run("inspect", urbansound8k, "--json", tmp_path / "found.json")
    assert "3 (fold 1, fold 2, fold 3), of clips cut from 6 recordings" in told
    assert set(json.loads((tmp_path / "found.json").read_text())["classes"]) == {"siren", "drilling"}
    told = run("inspect", urbansound8k, "--label", "salience", "--group", "fsID", "--json", tmp_path / "found.json")
    assert "6 (0, 1, 2, …)" in told
    assert set(json.loads((tmp_path / "found.json").read_text())["classes"]) == {"0", "1", "2"}


def test_convert(urbansound8k: Path, tmp_path: Path) -> None:
    run("convert", urbansound8k, tmp_path / "out", "--to", "autospeech", "--label", "salience")
    assert read_dataset(tmp_path / "out/UrbanSound8K").label_names == ("0", "1", "2")


@pytest.mark.parametrize("command", ["fit", "inspect", "convert"])
def test_a_column_that_is_not_there(urbansound8k: Path, tmp_path: Path, command: str) -> None:
    more = [tmp_path / "out", "--to", "autospeech"] if command == "convert" else []
    told = run(command, urbansound8k, *more, "--label", "colour", expect=2)
    assert "no column 'colour'" in told
    assert "classID, class" in " ".join(told.split())


def test_fit_and_evaluate_read_the_column(urbansound8k: Path) -> None:
    part = read_source(urbansound8k, "fsID", "salience").part("train")
    assert part.y == [str(number % 3) for number in range(12)]
    assert part.groups == [str(number // 2) for number in range(12)]


def test_folders_that_are_no_classes(tmp_path: Path, urbansound8k: Path) -> None:
    (urbansound8k / "metadata/UrbanSound8K.csv").unlink()
    told = " ".join(run("fit", urbansound8k, expect=2).split())
    assert "all labels are 'audio'" in told
    assert "(fold1, fold2, fold3) are the classes" in told


@pytest.mark.parametrize("command", ["inspect", "fit", "convert"])
@pytest.mark.parametrize("option", ["label", "group"])
def test_official_formats_have_no_columns(urbansound8k: Path, tmp_path: Path, command: str, option: str) -> None:
    run("convert", urbansound8k, tmp_path / "official", "--to", "autospeech")
    more = (tmp_path / "again", "--to", "autospeech") if command == "convert" else ()
    told = run(command, tmp_path / "official/UrbanSound8K", *more, f"--{option}", "class", expect=2)
    assert f"a data set in this format has no columns; leave {option} out" in told
