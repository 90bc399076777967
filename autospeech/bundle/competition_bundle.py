"""A competition for Codabench, from a data set in an official format."""

from __future__ import annotations

import json
import math
import tempfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import yaml

from autospeech.bundle.codabench_keys import check_codabench
from autospeech.bundle.competition_pages import PAGES, TEMPLATES, TERMS, competition_pages
from autospeech.bundle.competition_settings import CompetitionSettings
from autospeech.bundle.competition_task import CompetitionTask
from autospeech.bundle.submission_files import PROGRAMS
from autospeech.bundle.submission_settings import SubmissionSettings
from autospeech.bundle.submission_zip import write_submission
from autospeech.bundle.write_folder import write_folder
from autospeech.bundle.write_zip import write_zip
from autospeech.datasets.dataset_error import DatasetError

USUAL_BUDGET = 1200.0
# Import and `__init__` of a submission have as long as the ingestion program gives them; the rest is for the programs.
START_UP_SECONDS, SPARE_SECONDS = 1200, 300
STARTING_KIT = "submission.zip"


def write_competition(
    target: Path,
    dataset_dir: Path,
    settings: CompetitionSettings | None = None,
    submission: SubmissionSettings | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write everything that Codabench needs to open a competition.

    Args:
        target: A zip file where it ends in `.zip`, to upload, else a folder, to look at and change.
        dataset_dir: The data set, with `NAME.data` and `NAME.solution` in it. The solution goes to the scoring program
            alone.
        settings: Title, budget and limits.
        submission: Settings of the starting kit, which is also the first solution.
        overwrite: Whether a competition that stands there may be replaced.

    Returns:
        The content of `competition.yaml`.

    Raises:
        BundleError: Something stands there already, or it cannot be written.
        DatasetError: There is no whole data set.

    References:
        https://docs.codabench.org/latest/Organizers/Benchmark_Creation/Competition-Bundle-Structure
    """
    settings = settings or CompetitionSettings()
    task = CompetitionTask.read(dataset_dir)
    title = settings.title or f"AutoSpeech: {task.folder.name}"
    budget = settings.budget or _own_budget(task) or USUAL_BUDGET
    competition = _competition(task, title, budget, settings)
    files: dict[str, bytes | Path] = {
        "competition.yaml": yaml.safe_dump(competition, sort_keys=False, allow_unicode=True, width=120).encode(),
        "docker/Dockerfile": TEMPLATES / "Dockerfile",
        "docker/requirements.txt": PROGRAMS / "requirements.txt",
        **_program("ingestion"),
        **_program("scoring"),
        **_data(task, budget),
    }
    command = "ingestion_program/metadata.yaml"
    files[command] = _with_budget((PROGRAMS / "ingestion" / "metadata.yaml").read_text("utf-8"), budget)
    for page, text in competition_pages(task, title, budget).items():
        files[f"pages/{page}.md"] = text
    # Drawing takes a second that a refused data set need not wait for.
    from autospeech.bundle.logo import draw_logo

    files["logo.png"] = draw_logo()
    with tempfile.TemporaryDirectory(prefix="competition-") as scratch:
        kit = Path(scratch, STARTING_KIT)
        write_submission(kit, submission)
        files[STARTING_KIT] = kit.read_bytes()
    check_codabench(competition, files)
    if target.suffix == ".zip":
        write_zip(target, files, overwrite)
    else:
        write_folder(target, files, overwrite)
    return competition


def _competition(task: CompetitionTask, title: str, budget: float, settings: CompetitionSettings) -> dict[str, Any]:
    name = task.folder.name
    return {
        "version": 2,
        "title": title,
        "description": f"Classify the sounds of {name} within {budget:g} seconds, and answer early.",
        "image": "logo.png",
        "terms": f"pages/{TERMS}.md",
        "docker_image": settings.docker_image,
        "registration_auto_approve": False,
        "make_programs_available": True,
        "make_input_data_available": False,
        "enable_detailed_results": True,
        "pages": [{"title": heading, "file": f"pages/{page}.md"} for page, heading in PAGES.items()],
        "tasks": [
            {
                "index": 0,
                "name": name,
                "description": f"{task.class_num} classes, {task.train_num} training and {task.test_num} test clips",
                "input_data": "input_data/",
                "reference_data": "reference_data/",
                "ingestion_program": "ingestion_program/",
                "scoring_program": "scoring_program/",
                # The scoring program follows the run and draws the learning curve while it lasts.
                "ingestion_only_during_scoring": True,
            }
        ],
        "solutions": [{"index": 0, "tasks": [0], "path": STARTING_KIT}],
        "phases": [
            {
                "index": 0,
                "name": "Competition",
                "description": "Code is handed in and runs on hidden data.",
                "start": datetime.combine(settings.start, time()),
                "end": datetime.combine(settings.end, time()),
                "execution_time_limit": math.ceil(budget) + START_UP_SECONDS + SPARE_SECONDS,
                "max_submissions": settings.max_submissions,
                "max_submissions_per_day": settings.max_submissions_per_day,
                "starting_kit": STARTING_KIT,
                "tasks": [0],
            }
        ],
        "leaderboards": [
            {
                "title": "Results",
                "key": "main",
                "submission_rule": "Force_Best",
                # The keys are those of the scoring program's scores.json.
                "columns": [
                    {"title": "ALC", "key": "score", "index": 0, "sorting": "desc", "precision": 4},
                    {"title": "Duration", "key": "Duration", "index": 1, "sorting": "asc", "precision": 2},
                ],
            }
        ],
    }


def _own_budget(task: CompetitionTask) -> float | None:
    found = (task.meta or {}).get("time_budget")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 < found < float("inf"):
        raise DatasetError(f"{task.folder.data / 'meta.json'}: time_budget must be seconds above 0, not {found!r}")
    return float(found)


def _program(name: str) -> dict[str, bytes | Path]:
    folder = PROGRAMS / name
    return {
        f"{name}_program/{file.name}": file for file in folder.iterdir() if file.is_file() and file.suffix != ".pyc"
    }


def _with_budget(metadata: str, budget: float) -> bytes:
    """Name the budget in the command, where it holds for data that have no place for it."""
    fields = yaml.safe_load(metadata)
    fields["command"] += f" --time_budget={budget:g}"
    return yaml.safe_dump(fields, sort_keys=False, width=float("inf")).encode()


def _data(task: CompetitionTask, budget: float) -> dict[str, bytes | Path]:
    """Name the files of the format one by one: whatever else lies in the folder might tell the labels of the test."""
    name, data = task.folder.name, task.folder.data
    autospeech = ("train.pkl", "test.pkl", "train.solution")
    patterns = ("*/sample*", "*/metadata.textproto") if task.folder.is_autodl else autospeech
    found: dict[str, bytes | Path] = {
        f"input_data/{name}.data/{file.relative_to(data).as_posix()}": file
        for pattern in patterns
        for file in data.glob(pattern)
        if file.is_file()
    }
    found[f"reference_data/{name}.solution"] = task.folder.solution
    if task.meta is not None:
        # It holds the names of the classes too, which the scoring program shows.
        meta = json.dumps(task.meta | {"time_budget": budget}, indent=2).encode()
        found[f"input_data/{name}.data/meta.json"] = found["reference_data/meta.json"] = meta
    return found
