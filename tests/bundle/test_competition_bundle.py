"""A competition for Codabench: its keys, its files, and that its programs run from its own folders."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from matplotlib import image
from platform_run import ENVIRONMENT, run_on_platform

from autospeech.bundle.bundle_error import BundleError
from autospeech.bundle.check_submission import check_submission
from autospeech.bundle.codabench_keys import check_codabench
from autospeech.bundle.competition_bundle import write_competition
from autospeech.bundle.competition_settings import CompetitionSettings
from autospeech.datasets.dataset_error import DatasetError

SETTINGS = CompetitionSettings(title="Spoken: languages & Töne", budget=8, start=date(2027, 1, 2), days=30)


def files_of(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def bundle(sample_task: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "competition"
    write_competition(folder, sample_task, SETTINGS)
    return folder


def test_the_yaml_says_what_was_asked_for(bundle: Path) -> None:
    read = yaml.safe_load((bundle / "competition.yaml").read_text("utf-8"))
    check_codabench(read, files_of(bundle))
    (phase,) = read["phases"]
    assert read["version"] == 2
    assert read["title"] == "Spoken: languages & Töne"
    assert phase["start"] == datetime(2027, 1, 2)
    assert phase["end"] == datetime(2027, 2, 1)
    assert phase["execution_time_limit"] > 8 + 1200
    assert read["tasks"][0]["ingestion_only_during_scoring"] is True


def test_all_files_of_the_bundle_are_in_place(bundle: Path, sample_task: Path, root: Path) -> None:
    read = yaml.safe_load((bundle / "competition.yaml").read_text("utf-8"))
    for program in ("ingestion", "scoring"):
        ours = {file.name for file in (root / program).iterdir() if file.is_file()}
        assert {file.name for file in (bundle / f"{program}_program").iterdir()} == ours
        assert yaml.safe_load((bundle / f"{program}_program" / "metadata.yaml").read_text())["command"]
    assert files_of(bundle / "input_data") == {
        f"sample_data.data/{name}" for name in ("train.pkl", "test.pkl", "train.solution", "meta.json")
    }
    assert files_of(bundle / "reference_data") == {"sample_data.solution", "meta.json"}
    assert json.loads((bundle / "input_data/sample_data.data/meta.json").read_text())["time_budget"] == 8
    assert "time_budget" not in json.loads((sample_task / "sample_data.data/meta.json").read_text())
    assert files_of(bundle / "docker") == {"Dockerfile", "requirements.txt"}
    for page in [read["terms"], *(page["file"] for page in read["pages"])]:
        text = (bundle / page).read_text("utf-8")
        assert text.startswith("# ")
        assert "$" not in text
    assert "pl." in (bundle / "pages/data.md").read_text()
    assert "8 seconds" in (bundle / "pages/overview.md").read_text()
    logo = image.imread(bundle / "logo.png")
    assert logo.shape == (512, 512, 4)
    assert len(np.unique(logo.reshape(-1, 4), axis=0)) > 10
    assert check_submission(bundle / "submission.zip").missing == ()


@pytest.mark.slow
def test_its_programs_run_from_its_own_folders(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle / "submission.zip") as archive:
        archive.extractall(tmp_path / "submission")
    run = run_on_platform(
        bundle / "ingestion_program",
        bundle / "scoring_program",
        tmp_path / "submission",
        bundle / "input_data",
        bundle / "reference_data",
        tmp_path / "run",
    )
    assert run.ingestion == 0, run.output + run.log
    assert "budget 8 s" in run.output
    assert run.scores["score"] > 0.5
    read = yaml.safe_load((bundle / "competition.yaml").read_text("utf-8"))
    # What the leaderboard looks for is what the scoring program writes.
    assert {column["key"] for column in read["leaderboards"][0]["columns"]} == set(run.scores)
    print(f"\nALC {run.scores['score']:.4f}")


@pytest.mark.parametrize("program", ["ingestion", "scoring"])
def test_the_commands_take_the_flags_they_are_given(bundle: Path, program: str, tmp_path: Path) -> None:
    command = yaml.safe_load((bundle / f"{program}_program/metadata.yaml").read_text())["command"].split()
    assert command[0] == "python3"
    # Codabench puts the program there.
    script = bundle / f"{program}_program" / Path(command[1]).relative_to("/app/program")
    flags = [flag.replace("/app/", f"{tmp_path}/") for flag in command[2:]]
    done = subprocess.run(
        [sys.executable, script, *flags], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=60
    )
    # The flags are known, and the folders are not there.
    assert done.returncode == 2
    assert "unrecognized" not in done.stderr
    assert str(tmp_path) in done.stdout + done.stderr


def test_a_zip_file_holds_the_same_and_is_the_same_each_time(tone_task: Path, tmp_path: Path) -> None:
    settings = CompetitionSettings(start=date(2027, 1, 1))
    for target in ("a.zip", "b.zip", "folder"):
        write_competition(tmp_path / target, tone_task, settings)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert set(archive.namelist()) == files_of(tmp_path / "folder")
        for name in archive.namelist():
            assert archive.read(name) == (tmp_path / "folder" / name).read_bytes()
        assert "hïgh" in archive.read("pages/data.md").decode()
        assert yaml.safe_load(archive.read("competition.yaml"))["title"] == "AutoSpeech: tones"


def test_autodl_data_and_the_layout_of_2020(autodl_task: Path, tone_task: Path, tmp_path: Path) -> None:
    write_competition(tmp_path / "autodl", autodl_task, CompetitionSettings(budget=33))
    assert files_of(tmp_path / "autodl/reference_data") == {"tones.solution"}
    assert {path.split("/")[1] for path in files_of(tmp_path / "autodl/input_data")} == {"train", "test"}
    assert "--time_budget=33" in (tmp_path / "autodl/ingestion_program/metadata.yaml").read_text()
    assert "tf.data" in (tmp_path / "autodl/pages/data.md").read_text()
    later = tmp_path / "later"
    shutil.copytree(tone_task / "tones.data", later / "train.data")
    shutil.copy(tone_task / "tones.solution", later / "test.solution")
    # Not of the format: it may tell what must stay hidden.
    (later / "train.data" / "test.solution").write_text("1 0\n")
    write_competition(tmp_path / "bundle", later)
    assert files_of(tmp_path / "bundle/reference_data") == {"later.solution", "meta.json"}
    assert not list((tmp_path / "bundle/input_data").rglob("test.solution"))


def test_the_budget_of_the_data_set_holds_unless_another_is_named(tone_task: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(tone_task, own)
    meta = own / "tones.data" / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text()) | {"time_budget": 60}))
    for settings, limit in ((None, 1560), (CompetitionSettings(budget=7.5), 1508)):
        written = write_competition(tmp_path / "bundle", own, settings, overwrite=True)
        assert written["phases"][0]["execution_time_limit"] == limit
    meta.write_text(json.dumps(json.loads(meta.read_text()) | {"time_budget": "long"}))
    with pytest.raises(DatasetError, match="time_budget must be seconds above 0, not 'long'"):
        write_competition(tmp_path / "bundle", own)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda task: shutil.rmtree(task), "no such folder"),
        (lambda task: shutil.rmtree(task / "tones.data"), "no folder NAME.data"),
        (lambda task: (task / "tones.solution").unlink(), "the solution is missing"),
        (lambda task: (task / "tones.solution").write_text("1 0\n"), "1 rows of 2 labels, but the task has 4 test"),
        (lambda task: (task / "tones.data/train.pkl").unlink(), "train.pkl: it is missing"),
        (lambda task: (task / "tones.data/train.solution").unlink(), "train.solution"),
        (lambda task: (task / "tones.data/meta.json").unlink(), "meta.json: it is missing"),
        (lambda task: (task / "tones.data/meta.json").write_text("{"), "not JSON"),
        (lambda task: (task / "tones.data/meta.json").write_text("[]"), "JSON object"),
        (lambda task: (task / "more.data").mkdir(), "several data sets"),
    ],
)
def test_what_is_no_data_set_is_refused(
    change: Callable[[Path], object], says: str, tone_task: Path, tmp_path: Path
) -> None:
    task = tmp_path / "task"
    shutil.copytree(tone_task, task)
    change(task)
    with pytest.raises(DatasetError, match=says):
        write_competition(tmp_path / "bundle", task)
    assert not (tmp_path / "bundle").exists()


def test_only_a_competition_is_replaced_and_only_when_asked(tone_task: Path, tmp_path: Path) -> None:
    write_competition(tmp_path / "bundle", tone_task)
    (tmp_path / "bundle" / "old.txt").write_text("old")
    with pytest.raises(BundleError, match="pass --overwrite"):
        write_competition(tmp_path / "bundle", tone_task)
    write_competition(tmp_path / "bundle", tone_task, overwrite=True)
    assert not (tmp_path / "bundle" / "old.txt").exists()
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("cat")
    with pytest.raises(BundleError, match="no competition and is not overwritten"):
        write_competition(tmp_path / "photos", tone_task, overwrite=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bundle", "photos"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"budget": 0},
        {"budget": float("nan")},
        {"days": 0},
        {"max_submissions": 0},
        {"max_submissions_per_day": -1},
        {"docker_image": ""},
        {"docker_image": "a b"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        CompetitionSettings(**wrong)


SOUND = {
    "version": 2,
    "title": "Sounds",
    "image": "logo.png",
    "terms": "terms.md",
    "pages": [{"title": "Data", "file": "data.md"}],
    "tasks": [{"index": 0, "name": "a", "scoring_program": "scoring/"}],
    "solutions": [{"index": 0, "tasks": [0], "path": "kit.zip"}],
    "phases": [
        {"index": 0, "name": "first", "start": "2027-01-01", "end": "2027-02-01 12:00:00", "tasks": [0]},
        {"index": 1, "name": "last", "start": datetime(2027, 2, 2), "tasks": [0], "auto_migrate_to_this_phase": True},
    ],
    "leaderboards": [
        {
            "title": "Results",
            "key": "main",
            "columns": [
                {"title": "A", "key": "a", "index": 0, "sorting": "desc"},
                {"title": "B", "key": "b", "index": 1, "computation": "max", "computation_indexes": [0]},
            ],
        }
    ],
}
SOUND_FILES = ["logo.png", "terms.md", "data.md", "scoring/score.py", "kit.zip"]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ([], None, None),
        (["version"], 1, "version: it must be 2"),
        (["version"], "2", "version: it must be 2"),
        (["title"], "", "title: it must be text"),
        (["leaderboard"], [], "unknown key 'leaderboard'"),
        (["pages"], [], "pages: it must be a list"),
        (["pages", 0], "data.md", r"pages\[0\]: it must be a table"),
        (["pages", 0, "file"], "missing.md", "there is no missing.md"),
        (["image"], "../logo.png", "leads out"),
        (["terms"], "/terms.md", "leads out"),
        (["enable_detailed_results"], "yes", "true or false"),
        (["tasks", 0, "key"], "uuid", "unknown key 'key'"),
        (["tasks", 0, "index"], True, "whole number"),
        (["tasks", 0, "scoring_program"], "score", "there is no score in"),
        (["solutions", 0, "tasks"], [1], r"solutions\[0\].tasks: there is no task of index 1"),
        (["phases", 0, "tasks"], [0, 3], "there is no task of index 3"),
        (["phases", 0, "tasks"], [], "list of indexes"),
        (["phases", 0, "start"], "tomorrow", "a time as"),
        (["phases", 0, "end"], "2026-12-31", "ends before it starts"),
        (["phases", 0, "end"], "2027-03-01", "last starts before first ends"),
        (["phases", 0, "auto_migrate_to_this_phase"], True, "no phase before the first"),
        (["phases", 0, "execution_time_limit"], 1.5, "whole number"),
        (["phases", 0, "execution_time_limit_ms"], 15, "unknown key"),
        (["phases", 1, "index"], 0, "the same index"),
        (["leaderboards", 0, "submission_rule"], "Best", "one of Add, "),
        (["leaderboards", 0, "columns", 1, "key"], "a", "the same key"),
        (["leaderboards", 0, "columns", 1, "index"], 0, "the same index"),
        (["leaderboards", 0, "columns", 1, "computation_indexes"], [4], "name no column"),
        (["leaderboards", 0, "columns", 0, "computation"], "max", "go together"),
        (["leaderboards", 0, "columns", 0, "sorting"], "down", "asc, desc"),
    ],
)
def test_the_documented_keys(path: list[Any], value: object, says: str | None) -> None:
    competition = copy.deepcopy(SOUND)
    if says is None:
        check_codabench(competition, SOUND_FILES)
        return
    entry: Any = competition
    for step in path[:-1]:
        entry = entry[step]
    entry[path[-1]] = value
    with pytest.raises(BundleError, match=says):
        check_codabench(competition, SOUND_FILES)


@pytest.mark.parametrize("key", ["version", "title", "image", "terms", "pages", "tasks", "phases", "leaderboards"])
def test_a_required_key_must_be_there(key: str) -> None:
    with pytest.raises(BundleError, match=f"{key} is missing"):
        check_codabench({name: value for name, value in SOUND.items() if name != key}, SOUND_FILES)


def test_names_from_outside_are_plain_text_in_the_pages(sample_task: Path, tmp_path: Path) -> None:
    task = tmp_path / sample_task.name
    shutil.copytree(sample_task, task)
    file = task / f"{task.name}.data" / "meta.json"
    meta = json.loads(file.read_text())
    count = meta["class_num"]
    names = ["![](http://x/y.png)", "<script>\x1b", "\ud800", "two\n\n# lines", *map(str, range(count))][:count]
    file.write_text(json.dumps(meta | {"label_names": names}))
    write_competition(tmp_path / "out", task, CompetitionSettings(title="[a](http://b) <img src=c>"))
    pages = {page.stem: page.read_text("utf-8") for page in (tmp_path / "out" / "pages").iterdir()}
    listed = [r"\!\[\](http\://x/y.png)", r"\<script\>\\x1b", r"\\ud800", r"two\\n\\n\# lines"][:count]
    assert count > 2 and f"They are: {', '.join(listed)}" in pages["data"]
    assert pages["overview"].startswith(r"# \[a\](http\://b) \<img src=c\>" + "\n")
    assert json.loads((tmp_path / "out" / "reference_data" / "meta.json").read_text())["label_names"] == names
    read = yaml.safe_load((tmp_path / "out" / "competition.yaml").read_text("utf-8"))
    assert read["title"] == "[a](http://b) <img src=c>"
