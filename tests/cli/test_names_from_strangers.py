"""Labels, names of files and messages of errors are shown as they are, and steer no terminal."""

from __future__ import annotations

import csv
import json
import logging
import os
import pty
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from autospeech.cli import app
from autospeech.cli.plain_console import PlainConsole
from autospeech.datasets.autodl_metadata import AutoDLMetadata
from autospeech.datasets.csv_table import read_table
from autospeech.datasets.read_dataset import read_dataset

RUNNER = CliRunner()
MARKUP, STEERING, FORMULA = r"[/b]$\frac{$:dog:", "\x1b[2J\x1b]52;c;aGk=\x07a\rb\n\u202ec", '=HYPERLINK("http://x")'
LABELS = [MARKUP, STEERING, FORMULA, "-1", "'=2", "</script><img src=x>", "a;b,c\td", "\ud800"]
SHOWN = {label: json.dumps(label)[1:-1].replace('\\"', '"') for label in LABELS}
SHOWN[STEERING] = r"\x1b[2J\x1b]52;c;aGk=\x07a\rb\n\u202ec"
SHOWN[MARKUP], SHOWN["a;b,c\td"] = MARKUP, r"a;b,c\td"
WIDE = {"COLUMNS": "200"}
MODEL = ["--updates", "1", "--quiet"]


def said(*arguments: str, code: int = 0, **variables: str) -> str:
    """All that a command prints, which must be free of what steers a terminal."""
    done = RUNNER.invoke(app, list(arguments), env=WIDE | variables)
    assert done.exit_code == code, done.output
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", done.output), done.output
    return done.output


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sounds")
    time = np.arange(4000) / 8000
    noise = np.random.default_rng(0).normal(scale=0.02, size=(48, 4000))
    lines = []
    for number in range(48):
        label = number % 8
        soundfile.write(folder / f"-{number}.wav", np.sin(400 * np.pi * (label + 1) * time) / 3 + noise[number], 8000)
        row = {"file_name": f"-{number}.wav", "label": LABELS[label], "split": "test" if number >= 32 else "train"}
        lines.append(json.dumps(row))
    (folder / "table.jsonl").write_text("\n".join(lines))
    return folder / "table.jsonl"


@pytest.fixture(scope="module")
def model(table: Path) -> str:
    out = table.parent / "model"
    assert "error" not in said("fit", str(table), "--out", str(out), *MODEL)
    return str(out / "model.autospeech")


def test_a_model_of_such_labels_is_judged(model: str, table: Path, tmp_path: Path) -> None:
    output = said("evaluate", model, str(table), "--picture", str(tmp_path / "picture.png"))
    for shown in SHOWN.values():
        assert shown in output
    assert (tmp_path / "picture.png").stat().st_size > 10_000
    assert not list(tmp_path.glob(".*"))


def test_such_labels_are_inspected(table: Path, tmp_path: Path) -> None:
    output = said("inspect", str(table), "--picture", str(tmp_path / "p.png"), "--json", str(tmp_path / "f.json"))
    for shown in SHOWN.values():
        assert shown in output
    assert STEERING in json.loads((tmp_path / "f.json").read_text())["classes"]


def test_data_sets_keep_such_labels(table: Path, tmp_path: Path) -> None:
    said("convert", str(table), str(tmp_path), "--to", "autospeech", "--name", "set")
    assert read_dataset(tmp_path / "set").label_names == tuple(sorted([*LABELS[:-1], r"\ud800"]))
    names = ("\ud800", *LABELS[:-1], 'a"\\n歌\x7f')
    written = AutoDLMetadata(1, len(names), label_names=names).to_text()
    assert AutoDLMetadata.parse(written).label_names == (r"\ud800", *names[1:])


def test_answers_are_no_formulas_and_are_read_back(
    model: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(table.parent)
    here, files = table.parent / "answers.csv", [f"-{number}.wav" for number in range(8)]
    given = [*LABELS[:-1], r"\ud800"]
    said("predict", model, "--out", str(here), "--", *files)
    header, *rows = csv.reader(here.open(newline=""))
    assert [row[0] for row in rows] == [f"'{file}" for file in files]
    marked = [MARKUP, STEERING, f"'{FORMULA}", "'-1", "''=2", "</script><img src=x>", "a;b,c\td", r"\ud800"]
    assert [row[1] for row in rows] == marked and sorted(header[2:-1]) == sorted(marked)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in (header, *rows) for cell in row)
    found = read_table(here)
    assert [recording.labels[0] for recording in found] == given
    assert [recording.path.name for recording in found] == files
    said("predict", model, "--out", str(tmp_path / "raw.csv"), "--raw", "--", *files)
    header, *rows = csv.reader((tmp_path / "raw.csv").open(newline=""))
    assert [row[1] for row in rows] == given and [row[0] for row in rows] == files


def test_answers_on_a_terminal_steer_nothing(model: str, table: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "autospeech", "predict", model, str(table.parent / "-1.wav")]
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, check=True)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # Linux says so at the end.
        pass
    os.close(ours)
    assert SHOWN[STEERING] in shown.decode()
    assert not re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f]", shown)


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", STEERING + MARKUP],
        ["evaluate", "x", STEERING + MARKUP],
        ["predict", "x", STEERING + MARKUP],
        ["inspect", STEERING + MARKUP],
        ["convert", STEERING + MARKUP, "x", "--to", "autodl"],
        ["report", STEERING + MARKUP],
        ["run", STEERING + MARKUP],
        ["show", STEERING + MARKUP],
        ["export", STEERING + MARKUP],
        ["bundle", "--check", STEERING + MARKUP],
        ["bundle", "--competition", STEERING + MARKUP],
        ["keywords", STEERING + MARKUP],
        ["keywords", ".", "--way", STEERING + MARKUP],
        ["demo", STEERING + MARKUP],
        ["fit", "x", f"--{STEERING + MARKUP}"],
        ["fit", "x", STEERING + MARKUP],
        ["fit", "x", "--budget", STEERING + MARKUP],
        [STEERING + MARKUP],
    ],
    ids=lambda arguments: arguments[0].replace(STEERING + MARKUP, "command"),
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_errors_steer_nothing(arguments: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RUNNER, "charset", encoding)
    output = said(*arguments, code=2)
    if "--budget" not in arguments:
        assert r"\x1b[2J\x1b]52;c;aGk" in output


def test_undecodable_names_and_letters_are_no_error_on_an_ascii_terminal(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode("歌\x1b[2J".encode() + b"\xe9")
    folder.mkdir()
    command = [sys.executable, "-m", "autospeech", "fit", folder]
    for variables in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}):
        done = subprocess.run(command, env=os.environ | variables, capture_output=True)
        assert done.returncode == 2 and rb"\x1b[2J\udce9: no sound" in done.stderr, done.stderr
        assert b"Traceback" not in done.stderr and b"\x1b" not in done.stderr


def test_an_unforeseen_error_a_warning_and_the_log_steer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from autospeech.report import run_record

    def read(*_: object) -> None:
        warnings.warn(f"{MARKUP}{STEERING}", UserWarning, stacklevel=1)
        raise ZeroDivisionError(STEERING)

    monkeypatch.setattr(run_record.RunRecord, "read", read)
    output = said("report", ".", code=1)
    assert f"warning: {MARKUP}{SHOWN[STEERING]}\n" in output
    assert rf"ZeroDivisionError: {SHOWN[STEERING]}" in output.replace("\n", r"\n")
    # What Python prints by where nobody has set logging up.
    assert logging.lastResort is not None
    told = logging.lastResort.format(logging.makeLogRecord({"msg": "log %s", "args": (STEERING,)}))
    assert told.replace("\n", r"\n") == f"log {SHOWN[STEERING]}"


def test_a_console_shows_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.table import Table

    table = Table("[b]head[/b]", title="[/i]title:dog:")
    table.add_row("[/b]:cat:\x1b[2J")
    PlainConsole().print(table)
    printed = capsys.readouterr().out
    assert "[b]head[/b]" in printed and "[/i]title:dog:" in printed and r"[/b]:cat:\x1b[2J" in printed
