"""`python -m autospeech bundle`, as a person runs it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import typer
import yaml
from click.testing import Result
from typer.testing import CliRunner

from autospeech.bundle.write_zip import write_zip
from autospeech.cli.bundle import bundle
from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.labelled_clips import LabelledClips

COMMAND = "import typer; from autospeech.cli.bundle import bundle; typer.run(bundle)"
app = typer.Typer(pretty_exceptions_enable=False)
app.command()(bundle)


def run(*arguments: object, expect: int = 0) -> Result:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code == expect, done.output
    return done


@pytest.fixture(autouse=True)
def in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def task(tmp_path: Path) -> Path:
    part = LabelledClips([np.zeros(800, "float32"), np.ones(800, "float32")], np.eye(2))
    return write_autospeech(Dataset("tiny", part, part), tmp_path)


def test_a_submission_is_written_and_checked() -> None:
    assert run().stdout.endswith(" MB -> submission.zip\n")
    found = run("--check", "submission.zip").stdout
    assert found.startswith("submission.zip: ") and found.endswith("nothing is missing\n")
    run("--preset", "kon", "--no-warm-start", "--seed", 5, "--augment", "specmix", "--overwrite")
    with zipfile.ZipFile("submission.zip") as archive:
        settings = json.loads(archive.read("settings.json"))
    assert settings == {"preset": "kon", "warm_start": False, "seed": 5, "augment": "specmix"}
    run("--preset", "features-alone", "--fusion", "dempster-shafer", "--overwrite")
    with zipfile.ZipFile("submission.zip") as archive:
        assert json.loads(archive.read("settings.json")) == {"preset": "features-alone", "fusion": "dempster-shafer"}
    run("--platform", "codalab", "--out", "deep/er/a.zip")
    assert "metadata" in zipfile.ZipFile("deep/er/a.zip").namelist()


def test_a_competition_is_written(task: Path) -> None:
    done = run("--competition", task, "--title", "Two sounds", "--budget", 30, "--seed", 2)
    assert "competition 'Two sounds' -> competition.zip" in done.stdout
    assert "placeholder" in done.stdout
    with zipfile.ZipFile("competition.zip") as archive:
        read = yaml.safe_load(archive.read("competition.yaml"))
        kit = archive.read("submission.zip")
    assert read["title"] == "Two sounds"
    Path("kit.zip").write_bytes(kit)
    assert json.loads(zipfile.ZipFile("kit.zip").read("settings.json")) == {"seed": 2}
    done = run("--competition", task, "--out", "folder", "--docker-image", "me/sounds:1")
    assert "placeholder" not in done.stdout
    assert yaml.safe_load(Path("folder/competition.yaml").read_text())["docker_image"] == "me/sounds:1"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--out", "there.zip"], "there.zip: it exists already; pass --overwrite"),
        (["--out", "submission"], "let --out end in .zip"),
        (["--out", "folder.zip", "--overwrite"], "folder.zip: it is a folder"),
        (["--out", "there.zip/a.zip"], "there.zip/a.zip: it cannot be written"),
        (["--out", "/proc/a.zip"], "/proc/a.zip: it cannot be written"),
        (["--out", "/proc/folder/a.zip"], "/proc/folder/a.zip: it cannot be written"),
        (["--preset", "best"], "no preset 'best'; choose one of: default"),
        (["--seed", "-3"], "not -3"),
        (["--augment", "mixxup"], "mixxup"),
        (["--fusion", "learned"], "there is no feature; take features-alone"),
        (["--title", "Sounds"], "--title: it means nothing with no --competition"),
        (["--budget", "3"], "--budget"),
        (["--competition", "missing"], "missing: there is no such folder"),
        (["--competition", "folder.zip"], "no folder NAME.data in it"),
        (["--competition", "TASK", "--budget", "-1"], "not -1"),
        (["--competition", "TASK", "--budget", "inf"], "not inf"),
        (["--competition", "TASK", "--title", ""], "title must not be empty"),
        (["--competition", "TASK", "--docker-image", "a b"], "without blanks"),
        (["--competition", "TASK", "--out", "there.zip"], "pass --overwrite"),
        (["--competition", "TASK", "--out", "/proc/bundle"], "/proc/bundle: it cannot be written"),
        (["--competition", "TASK", "--platform", "codalab"], "--platform codalab"),
        (["--check", "missing.zip"], "missing.zip: there is no such file"),
        (["--check", "there.zip"], "there.zip: it is no zip file"),
        (["--check", "there.zip", "--out", "a.zip"], "--out: it means nothing with --check"),
    ],
)
def test_errors_name_what_is_wrong(task: Path, arguments: list[str], named: str, in_an_empty_folder: Path) -> None:
    Path("there.zip").write_text("before")
    Path("folder.zip").mkdir()
    done = run(*(str(task) if argument == "TASK" else argument for argument in arguments), expect=2)
    assert done.stderr.startswith("error: ") and named in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(file.name for file in in_an_empty_folder.iterdir()) == ["folder.zip", "there.zip"]
    assert Path("there.zip").read_text() == "before"


def test_what_is_missing_is_listed() -> None:
    write_zip(Path("a.zip"), {"mine/model.py": b"class Model: ..."})
    done = run("--check", "a.zip", expect=2)
    assert "missing: model.py: not at the top of the zip file; one is in mine/" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "named", "limit"),
    [
        ([], "submission.zip", 1000),
        (["--competition", "TASK"], "competition.zip", 1_500_000),
        (["--competition", "TASK", "--out", "folder"], "folder", 1_500_000),
    ],
)
def test_a_full_disk_is_told_in_one_sentence(
    arguments: list[str], named: str, limit: int, task: Path, in_an_empty_folder: Path
) -> None:
    # No file may grow beyond the limit, which ends as a full disk does: in the middle of writing.
    (task / "tiny.data" / "test.pkl").write_bytes(os.urandom(2_000_000))
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *(str(task) if argument == "TASK" else argument for argument in arguments)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert f"error: {named}: it cannot be written: File too large; make room or write elsewhere\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(in_an_empty_folder.iterdir())


@pytest.mark.parametrize(
    "arguments", [[], ["--competition", "TASK"], ["--check", "TASK/missing.zip"], ["--preset", "x"]]
)
def test_neither_keras_nor_tensorflow_is_loaded(arguments: list[str], task: Path) -> None:
    code = """
import sys, typer
from autospeech.cli.bundle import bundle
try:
    typer.run(bundle)
finally:
    assert not {"keras", "tensorflow", "kapre"} & set(sys.modules)
    print("light")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *(argument.replace("TASK", str(task)) for argument in arguments)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "light" in done.stdout, done.stderr
