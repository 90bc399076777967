from __future__ import annotations

import csv
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from typer.testing import CliRunner

from autospeech.classifier import AutoSpeechClassifier
from autospeech.cli import app
from autospeech.cli.labelled_part import LabelledPart

RUNNER = CliRunner()
NO_SOUNDS = "no sound files, by their names, in the class folders odd (1 .xyz)"


def tone(hertz: float, number: int, rate: int, seconds: float = 0.6) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(number).normal(size=len(time))
    return 0.3 * np.sin(2 * np.pi * hertz * time) + 0.03 * noise


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class folders of stereo MP3s and other files, of several rates; one is damaged, and one folder has no sound."""
    root = tmp_path_factory.mktemp("sounds")
    for label, hertz in (("low", 300), ("high", 1200)):
        (root / label).mkdir()
        for number in range(12):
            rate, suffix = ((44100, "mp3"), (8000, "wav"), (48000, "flac"))[number % 3]
            clip = tone(hertz, number, rate)
            soundfile.write(root / label / f"{number}.{suffix}", np.stack([clip, clip], axis=1), rate)
    (root / "low" / "broken.wav").write_bytes(b"RIFF no more")
    (root / "odd").mkdir()
    (root / "odd" / "1.xyz").write_bytes(b"x")
    return root


@pytest.fixture(scope="module")
def fitted(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fits") / "model"
    said = RUNNER.invoke(app, ["fit", str(folder), "--updates", "3", "--out", str(out)])
    assert said.exit_code == 0, said.output
    assert "broken.wav" in said.output and "out of fold: accuracy 100.0 %" in said.output
    assert said.stderr.count(f"warning: {folder}: {NO_SOUNDS}") == 1, said.stderr
    assert str(out / "model.autospeech") in said.output.replace("\n", "")
    return out


def test_fit_leaves_a_model_and_a_page(fitted: Path) -> None:
    assert {file.name for file in fitted.iterdir()} == {"model.autospeech", "report.json", "report.html"}
    record = json.loads((fitted / "report.json").read_text())
    assert record["class_names"] == ["high", "low"] and record["curve"] and record["steps"]
    assert record["data"]["sample_rates"] == {"8000": 8, "44100": 8, "48000": 8}
    assert record["data"]["class_counts"] == {"train": [12, 12]}
    assert len([warning for warning in record["data"]["warnings"] if NO_SOUNDS in warning]) == 1
    assert "<svg" in (fitted / "report.html").read_text()


def test_predict_writes_a_line_for_each_file(fitted: Path, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    model = str(fitted / "model.autospeech")
    said = RUNNER.invoke(app, ["predict", model, str(folder), "--out", str(out)])
    assert said.exit_code == 1, said.output
    rows = list(csv.DictReader(out.open()))
    assert len(rows) == 25
    assert [row["file"] for row in rows if row["error"]] == [str(folder / "low" / "broken.wav")]
    assert all(row["label"] == Path(row["file"]).parent.name for row in rows if not row["error"])
    assert all(abs(float(row["high"]) + float(row["low"]) - 1) < 1e-5 for row in rows if not row["error"])
    said = RUNNER.invoke(app, ["predict", model, str(folder / "low" / "0.mp3"), "--out", str(tmp_path / "one.jsonl")])
    assert said.exit_code == 0
    answer = json.loads((tmp_path / "one.jsonl").read_text())
    assert answer["label"] == "low" and set(answer["probabilities"]) == {"high", "low"} and "error" not in answer
    said = RUNNER.invoke(app, ["predict", model, str(folder / "high" / "1.wav")])
    assert said.exit_code == 0 and said.stdout.splitlines()[0] == "file,label,high,low,error"


def test_predict_needs_neither_tensorflow_nor_scikit_learn(fitted: Path, folder: Path) -> None:
    """They take seconds to import, and one answer takes less than one."""
    code = """
        import sys
        from autospeech.cli import app

        try:
            app(["predict", *sys.argv[1:]])
        finally:
            slow = {"tensorflow", "keras", "sklearn", "librosa", "pandas"}
            print(*sorted(slow & sys.modules.keys()), file=sys.stderr)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), fitted / "model.autospeech", folder / "low" / "1.wav"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[1].split(",")[1] == "low"
    assert said.stderr.strip() == ""


def test_the_reader_of_the_answers_may_stop(fitted: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "autospeech", "predict", fitted / "model.autospeech", folder / "low"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        said = program.stderr.read()
    assert program.returncode == 130
    assert "error" not in said.lower()


def test_every_file_that_is_named_gets_a_line(fitted: Path, folder: Path, tmp_path: Path) -> None:
    named = [folder / "low" / "0.mp3", folder / "low" / "1.wav"]
    for number, name in enumerate(("sound.dat", "sound", "text.amr", "text.xyz")):
        content = (folder / "high" / f"{1 + 3 * number}.wav").read_bytes() if number < 2 else b"no sound at all"
        (tmp_path / name).write_bytes(content)
        named.append(tmp_path / name)
    named.append(tmp_path / "lost.wav")
    out = tmp_path / "answers.csv"
    said = RUNNER.invoke(app, ["predict", str(fitted / "model.autospeech"), *map(str, named), "--out", str(out)])
    assert said.exit_code == 1, said.output
    answers = {row["file"]: (row["label"], bool(row["error"])) for row in csv.DictReader(out.open())}
    expected = [("low", False), ("low", False), *[("high", False)] * 2, *[("", True)] * 3]
    assert answers == dict(zip(map(str, named), expected, strict=True))


def test_what_a_folder_holds_besides_is_told(fitted: Path, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cafe\u0301").mkdir()
    for name in ("1.wav", "2.xyz", "3.xyz", "notes.txt", "_4.wav"):
        (tmp_path / "cafe\u0301" / name).write_bytes((folder / "high" / "1.wav").read_bytes())
    out = tmp_path / "answers.csv"
    model = str(fitted / "model.autospeech")
    said = RUNNER.invoke(app, ["predict", model, str(tmp_path / "caf\u00e9"), "--out", str(out)])
    assert said.exit_code == 0, said.output
    assert [line for line in said.stderr.splitlines() if "warning" in line] == [
        f"warning: passed over: 2 .xyz in {tmp_path / 'cafe'}\u0301; they are no sounds by their names; convert them "
        "to WAV or FLAC, or take them out"
    ]
    assert [Path(row["file"]).name for row in csv.DictReader(out.open())] == ["1.wav", "_4.wav"]


def test_a_class_that_is_passed_over_is_told(fitted: Path, folder: Path, tmp_path: Path) -> None:
    for label in ("low", "high"):
        (tmp_path / "sounds" / label).mkdir(parents=True)
        for number in (1, 4, 7, 10):
            file = f"{label}/{number}.wav"
            (tmp_path / "sounds" / file).write_bytes((folder / file).read_bytes())
    (tmp_path / "sounds" / "odd").mkdir()
    (tmp_path / "sounds" / "odd" / "1.xyz").write_bytes(b"x")
    source = str(tmp_path / "sounds")
    for arguments in (
        ["inspect", source, "--picture", str(tmp_path / "a.png")],
        ["convert", source, str(tmp_path / "converted"), "--to", "autospeech"],
        ["evaluate", str(fitted / "model.autospeech"), source],
    ):
        said = RUNNER.invoke(app, arguments)
        assert said.exit_code == 0, said.output
        assert said.stderr.count(f"warning: {source}: {NO_SOUNDS}") == 1, said.stderr


def test_evaluate_tells_each_class(fitted: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "low" / "broken.wav").rename(tmp_path / "broken.wav")
    try:
        arguments = ["evaluate", str(fitted / "model.autospeech"), str(folder), "--picture", str(tmp_path / "a.png")]
        said = RUNNER.invoke(app, arguments)
    finally:
        (tmp_path / "broken.wav").rename(folder / "low" / "broken.wav")
    assert said.exit_code == 0, said.output
    assert "all: accuracy 100.0 %, NAUC 1.0000, 24 clips" in said.output
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_labels_are_known_in_either_unicode_form(fitted: Path, folder: Path) -> None:
    classifier = AutoSpeechClassifier.load(fitted / "model.autospeech")
    files = [folder / "high" / "1.wav", folder / "low" / "1.wav"]
    nfc, nfd = "caf\u00e9", "cafe\u0301"
    for known, asked in ((nfc, nfd), (nfd, nfc)):
        classifier.classes_ = np.array([known, "tea"])
        assert classifier.score(files, [asked, "tea"]) == classifier.score(files, np.array([asked, "tea"])) == 1
        part = LabelledPart(files, [(asked,), ("tea",)], None, several=False)
        assert part.matrix(classifier).tolist() == [[1, 0], [0, 1]]


def test_report_is_made_again(fitted: Path) -> None:
    before = (fitted / "report.html").read_text()
    (fitted / "report.html").unlink()
    said = RUNNER.invoke(app, ["report", str(fitted)])
    assert said.exit_code == 0 and str(fitted / "report.html") in said.output.replace("\n", "")
    assert len((fitted / "report.html").read_text()) > len(before) / 10


def test_groups_on_both_sides_are_told(tmp_path: Path) -> None:
    lines = ["file_name,label,split,speaker"]
    for number in range(8):
        name = f"{number}.wav"
        soundfile.write(tmp_path / name, tone((300, 1200)[number % 2], number, 16000), 16000)
        lines.append(f"{name},{('low', 'high')[number % 2]},{'test' if number > 5 else 'train'},{number % 3}")
    (tmp_path / "task.csv").write_text("\n".join(lines))
    arguments = ["fit", str(tmp_path / "task.csv"), "--updates", "2", "--out", str(tmp_path / "out")]
    logs = tmp_path / "logs"
    said = RUNNER.invoke(app, [*arguments, "--group", "speaker", "--quiet", "--tensorboard", str(logs)])
    assert said.exit_code == 0, said.output
    assert "2 groups (0, 1) have clips to learn from and clips of the test" in said.output
    assert "test: accuracy 100.0 %" in said.output
    logged = EventAccumulator(str(logs)).Reload()
    assert "out of fold/NAUC" in logged.Tags()["tensors"]


def test_a_test_that_cannot_be_judged_costs_no_model(tmp_path: Path) -> None:
    lines = ["file_name,label,split"]
    for number in range(6):
        soundfile.write(tmp_path / f"{number}.wav", tone((300, 1200)[number % 2], number, 16000), 16000)
        lines.append(f"{number}.wav,{number % 2},{'test' if number == 5 else 'train'}")
    (tmp_path / "5.wav").write_bytes(b"no sound")
    (tmp_path / "task.csv").write_text("\n".join(lines))
    arguments = ["fit", str(tmp_path / "task.csv"), "--updates", "1", "--no-pretrained", "--out", str(tmp_path / "out")]
    said = RUNNER.invoke(app, arguments)
    assert said.exit_code == 0 and "test: not judged:" in said.output
    assert (tmp_path / "out" / "model.autospeech").is_file()


@pytest.mark.parametrize(
    ("files", "arguments", "message"),
    [
        ({}, ["fit", "."], "no sound files found"),
        ({"notes.txt": b"x"}, ["fit", "."], "no sound files found"),
        ({"a/1.wav": b"", "a/2.wav": b""}, ["fit", "."], "at least two classes"),
        ({"a/1.wav": b"", "b/2.wav": b""}, ["fit", "."], "at least 1 of 2 files cannot be read"),
        ({"a/1.wav": b"", "b/2.xyz": b"", "c/3.xyz": b""}, ["fit", "."], "only the class 'a' has sound files"),
        ({}, ["fit", "nowhere"], "there is no such file or folder"),
        ({"a/1.wav": b"x", "b/1.wav": b"x", "out/x": b""}, ["fit", ".", "--out", "out"], "something already"),
        ({"a/1.wav": b"x", "b/1.wav": b"x"}, ["fit", ".", "--preset", "none"], "no preset"),
        ({"t.csv": b"file_name,label\n1.wav,\n"}, ["fit", "t.csv"], "no label"),
        ({"t.csv": b"file_name,label\n1.wav,a\n"}, ["fit", "t.csv", "--group", "speaker"], "speaker"),
        ({"1.wav": b"x"}, ["predict", "no.autospeech", "1.wav"], "there is no such file"),
        ({"1.wav": b"x", "m.autospeech": b"x"}, ["predict", "m.autospeech", "1.wav"], "damaged or not a model"),
        ({"m.autospeech": b"x"}, ["predict", "m.autospeech", "."], "no sound"),
        ({"1.wav": b"x"}, ["predict", "m", "1.wav", "--out", "a.txt"], "must end in .csv or .jsonl"),
        ({"m.autospeech": b"x"}, ["export", "m.autospeech"], "damaged or not a model"),
        ({"m.autospeech": b"x", "m.onnx": b"x"}, ["export", "m.autospeech", "--to", "onnx"], "something already"),
        ({"m.autospeech": b"x"}, ["demo", "m.autospeech"], "damaged or not a model"),
        ({"a/1.wav": b"x"}, ["report", "."], "there is no such file"),
        ({}, ["report", "nowhere"], "there is no such folder"),
    ],
)
def test_bad_input_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], arguments: list[str], message: str
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    said = RUNNER.invoke(app, arguments)
    assert said.exit_code == 2, said.output
    assert message in said.output
    assert len([line for line in said.output.splitlines() if line.startswith("error:")]) == 1
    assert "Traceback" not in said.output


def test_no_permission_to_write(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    said = RUNNER.invoke(app, ["fit", str(folder), "--out", str(tmp_path / "file" / "out")])
    assert said.exit_code == 2 and "Not a directory" in said.output
