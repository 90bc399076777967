"""What a participant hands in: the files, the bytes, and that nothing else is needed to run it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from platform_run import ENVIRONMENT, run_on_platform

from autospeech.bundle.bundle_error import BundleError
from autospeech.bundle.submission_settings import SubmissionSettings
from autospeech.bundle.submission_zip import LARGEST_SIZE, write_submission
from autospeech.bundle.write_zip import write_zip

# Tells after each answer where every module of the package came from.
TELL = """

class Model(Model):
    def test(self, *arguments, **named):
        answer = super().test(*arguments, **named)
        ours = (module for name, module in sys.modules.items() if name.partition(".")[0] == "autospeech")
        print("LOADED", sorted(module.__file__ for module in ours), flush=True)
        return answer
"""


@pytest.fixture(scope="module")
def submission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "submission.zip"
    assert write_submission(path) == path.stat().st_size
    return path


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def test_holds_what_a_submission_needs_and_nothing_else(submission: Path, root: Path) -> None:
    with zipfile.ZipFile(submission) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        for name in names:
            assert archive.read(name) == (root / name).read_bytes(), name
    beside = [name for name in names if not name.startswith("autospeech/")]
    assert beside == ["model.py", "requirements.txt"]
    inside = [Path(name) for name in names if name.startswith("autospeech/")]
    rooms = {path.parts[1] for path in inside if len(path.parts) > 2}
    # The one file of plots is a record that networks on waveforms keep.
    assert [path.name for path in inside if path.parts[1] == "plots"] == ["__init__.py", "epoch_record.py"]
    assert not rooms & {"cli", "bundle", "pretraining", "programs", "report", "export"}
    assert {"__main__.py", "harness.py", "classifier.py"}.isdisjoint(path.name for path in inside)
    assert {path.name for path in inside if path.suffix != ".py"} == {"encoder.npz", "kon_speakers.weights.h5"}
    assert submission.stat().st_size < LARGEST_SIZE / 10


def test_the_same_bytes_whenever_it_is_written(submission: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    write_submission(again)
    assert again.read_bytes() == submission.read_bytes()
    with zipfile.ZipFile(again) as archive:
        entries = archive.infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


@pytest.mark.parametrize(
    ("settings", "platform", "written"),
    [
        (None, "codabench", None),
        ({}, "codabench", None),
        ({"preset": "kon", "seed": 7}, "codalab", {"preset": "kon", "seed": 7}),
        ({"warm_start": False}, "codabench", {"warm_start": False}),
        ({"augment": "auto"}, "codabench", {"augment": "auto"}),
        ({"preset": "m5", "mix_at": "input"}, "codabench", {"preset": "m5", "mix_at": "input"}),
        (
            {"preset": "features", "fusion": "learned"},
            "codabench",
            {"preset": "features", "fusion": "learned"},
        ),
        ({"preset": "kon", "augment": "auto"}, "codabench", {"preset": "kon", "augment": "auto"}),
    ],
)
def test_settings_and_metadata_come_when_they_are_asked_for(
    settings: dict[str, Any] | None, platform: Any, written: dict[str, object] | None, tmp_path: Path
) -> None:
    write_submission(
        tmp_path / "a.zip", None if settings is None else SubmissionSettings(**settings), platform=platform
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        more = {name for name in archive.namelist() if not name.startswith("autospeech/")} - {
            "model.py",
            "requirements.txt",
        }
        assert more == ({"settings.json"} if written else set()) | ({"metadata"} if platform == "codalab" else set())
        if written:
            assert json.loads(archive.read("settings.json")) == written
        if platform == "codalab":
            assert archive.read("metadata").startswith(b"description: ")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"preset": "x"}, "'x'"),
        ({"seed": -1}, "-1"),
        ({"seed": 2**32}, str(2**32)),
        ({"augment": "mixxup"}, "mixxup"),
        ({"mix_at": "input"}, "network on waveforms"),
        ({"fusion": "learned"}, "there is no feature"),
        ({"preset": "features", "fusion": "vote"}, "no fusion 'vote'"),
        ({"preset": "m5", "augment": "auto"}, "cannot choose"),
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        SubmissionSettings(**wrong)


def test_a_zip_file_is_written_whole_or_not_at_all(submission: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"before")
    files = {"small.txt": b"1", "large.bin": bytes(range(256)) * 9, "middle.bin": bytes(range(200))}
    for wrong, says in (
        ({}, "exists already; pass --overwrite"),
        ({"overwrite": True, "largest_size": 100}, "more than 100; the largest: large.bin .*, middle.bin"),
    ):
        with pytest.raises(BundleError, match=says):
            write_zip(path, files, **wrong)
        assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
        assert path.read_bytes() == b"before"
    write_zip(path, files, overwrite=True)
    assert zipfile.ZipFile(path).read("small.txt") == b"1"


def test_every_module_in_it_can_be_imported_without_the_repository(
    submission: Path, tmp_path: Path, root: Path
) -> None:
    folder = unpacked(submission, tmp_path / "submission")
    code = f"""
import sys, importlib
from pathlib import Path
sys.path[:] = [{str(folder)!r}] + [path for path in sys.path if path and Path(path).resolve() != Path({str(root)!r})]
import model, autospeech
assert Path(autospeech.__file__).is_relative_to({str(folder)!r}), autospeech.__file__
for file in sorted(Path({str(folder)!r}, "autospeech").rglob("*.py")):
    name = ".".join(file.relative_to({str(folder)!r}).with_suffix("").parts).removesuffix(".__init__")
    importlib.import_module(name)
from autospeech.augment.text_form import AUGMENTATIONS
from autospeech.features import FEATURES
from autospeech.presets import PRESETS
for room, classes in (("augment", AUGMENTATIONS), ("features", FEATURES)):
    for name in classes:
        getattr(importlib.import_module(f"autospeech.{{room}}.{{name}}"), classes[name])
from autospeech.learners.task import Task
from autospeech.schedule.build_schedule import build_schedule
for preset in PRESETS.values():
    build_schedule(preset.schedule, warm_start=True, encoder=None, augment=None, seed=0, trace=None)
print(len(PRESETS), "presets")
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("presets\n")


def test_runs_alone_under_the_ingestion_program(
    submission: Path, sample_task: Path, root: Path, tmp_path: Path
) -> None:
    folder = unpacked(submission, tmp_path / "submission")
    with (folder / "model.py").open("a") as file:
        file.write(TELL)
    run = run_on_platform(
        root / "ingestion", root / "scoring", folder, sample_task, sample_task, tmp_path / "run", budget=8
    )
    assert run.ingestion == 0, run.output + run.log
    assert run.scores["score"] > 0.5
    loaded = [line for line in run.log.splitlines() if line.startswith("LOADED ")]
    assert loaded
    for line in loaded:
        files = json.loads(line.removeprefix("LOADED ").replace("'", '"'))
        assert len(files) > 20
        # The ingestion program runs a copy in a private folder.
        homes = {file.partition("/autospeech/")[0] for file in files}
        assert len(homes) == 1 and homes != {str(root)}, homes
    print(f"\nALC {run.scores['score']:.4f}, {submission.stat().st_size:,} bytes")
