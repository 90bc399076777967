"""Runs the ingestion and the scoring program side by side on one machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import yaml

from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset_error import DatasetError

PACKAGE = Path(__file__).resolve().parent
# In an installed package the programs travel inside it, in the repository they stand beside it.
PROGRAMS = PACKAGE / "programs" if (PACKAGE / "programs").is_dir() else PACKAGE.parent
# How long the scorer may take to draw the last page.
SCORING_GRACE = 120.0


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Args:
        alc: Area under the learning curve, at most 1.
        predictions: How many were made.
        first_prediction: Seconds of the budget at the first; None without one.
        reason: How the run ended, in a line.
        success: Whether it ended as it should.
        page: The page with the learning curve.
        exit_code: Of the ingestion program: 0 clean, 1 the submission failed, 2 the input is bad.
    """

    alc: float
    predictions: int
    first_prediction: float | None
    reason: str
    success: bool
    page: Path
    exit_code: int


def run_harness(
    dataset_dir: Path,
    out: Path,
    *,
    budget: float,
    preset: str = "kon",
    warm_start: bool = True,
    seed: int = 0,
    memory_limit: float | None = None,
    verbose: bool = False,
    report: Callable[[str, str], None] = lambda program, line: print(line),
) -> RunResult:
    """Run the submission on a data set under a budget, and score it.

    Args:
        dataset_dir: A data set in the AutoSpeech or AutoDL format.
        out: New folder for everything the run makes: `input`, `reference`, `submission`, `output`, `score`.
        budget: Seconds inside train and test.
        preset: Name of the settings.
        warm_start: Whether to start from shipped weights.
        seed: Seeds everything.
        memory_limit: GiB that the submission may use; None for what the machine has.
        verbose: Whether the programs tell more.
        report: Called with the program (`ingestion` or `scoring`) and a line of its output.

    Returns:
        What the run came to.

    Raises:
        DatasetError: There is no whole data set, or `out` holds something already.
    """
    found = DataFolder.find(dataset_dir) if dataset_dir.is_dir() else None
    if found is None:
        raise DatasetError(
            f"{dataset_dir}: no folder NAME.data in it; make a data set with "
            "`python -m autospeech convert SRC DST --to autospeech`"
        )
    if not found.solution.is_file():
        raise DatasetError(
            f"{found.solution}: there is no such file; without the labels of the test clips nothing can be scored"
        )
    if out.exists() and any(out.iterdir()):
        raise DatasetError(f"{out}: it is not empty; name a new folder")
    out = out.resolve()
    _lay_out(found, out, budget)
    _write_submission(out / "submission", {"preset": preset, "warm_start": warm_start, "seed": seed})

    folders = {"output_dir": out / "output", "score_dir": out / "score"}
    limit = [] if memory_limit is None else [f"--memory_limit={memory_limit}"]
    more = ["--verbose"] if verbose else []
    for folder in folders.values():
        folder.mkdir()
    ingestion = _start(
        PROGRAMS / "ingestion" / "ingestion.py",
        [
            f"--dataset_dir={out / 'input'}",
            f"--output_dir={folders['output_dir']}",
            f"--ingestion_program_dir={PROGRAMS / 'ingestion'}",
            f"--code_dir={out / 'submission'}",
            f"--score_dir={folders['score_dir']}",
            f"--time_budget={budget}",
            *limit,
            *more,
        ],
    )
    scoring = _start(
        PROGRAMS / "scoring" / "score.py",
        [
            f"--solution_dir={out / 'reference'}",
            f"--prediction_dir={folders['output_dir']}",
            f"--score_dir={folders['score_dir']}",
            *more,
        ],
    )
    programs = {"ingestion": ingestion, "scoring": scoring}
    readers = [
        threading.Thread(target=_pass_on, args=(name, program.stdout, report), daemon=True)
        for name, program in programs.items()
    ]
    for reader in readers:
        reader.start()
    try:
        ingestion.wait()
        scoring.wait(SCORING_GRACE)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        # The ingestion program ends its child and writes how it ended, upon which the scorer ends by itself.
        for program in programs.values():
            if program.poll() is None:
                program.send_signal(signal.SIGTERM)
                program.wait(SCORING_GRACE)
    for reader in readers:
        reader.join(5)
    return _result(out, ingestion.returncode)


def _lay_out(found: DataFolder, out: Path, budget: float) -> None:
    """Give the run a data set of its own, the solution apart from the rest."""
    data = out / "input" / f"{found.name}.data"
    shutil.copytree(found.data, data, copy_function=_link)
    reference = out / "reference"
    reference.mkdir()
    shutil.copy2(found.solution, reference / f"{found.name}.solution")
    meta = data / "meta.json"
    if meta.is_file():
        try:
            facts = json.loads(meta.read_text("utf-8")) | {"time_budget": budget}
        except (ValueError, TypeError) as error:
            raise DatasetError(f"{found.data / 'meta.json'}: not a JSON object ({error})") from None
        # The copy may be a link to the original, which must stay as it is.
        meta.unlink()
        meta.write_text(json.dumps(facts), "utf-8")
        shutil.copy2(meta, reference / "meta.json")


def _link(source: str, target: str) -> None:
    """Link a large file where the file system can, else copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_submission(folder: Path, settings: dict[str, str | bool | int]) -> None:
    folder.mkdir()
    shutil.copy2(PROGRAMS / "model.py", folder / "model.py")
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")


def _start(program: Path, arguments: list[str]) -> subprocess.Popen[str]:
    # The submission imports the package that is running now, installed or not.
    path = os.pathsep.join(part for part in (str(PACKAGE.parent), os.environ.get("PYTHONPATH")) if part)
    return subprocess.Popen(
        [sys.executable, "-u", str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        # A Ctrl-C is for this process to pass on in good order.
        start_new_session=True,
    )


def _pass_on(name: str, lines: IO[str] | None, report: Callable[[str, str], None]) -> None:
    for line in lines or ():
        report(name, line.rstrip("\n"))


def _result(out: Path, exit_code: int) -> RunResult:
    start = _read_yaml(out / "output" / "start.txt")
    end = _read_yaml(out / "output" / "end.txt")
    scores = _read_yaml(out / "score" / "scores.json")
    stamps = [float(stamp) for key, stamp in start.items() if isinstance(key, int)]
    first = min(stamps, default=None)
    if first is not None and first >= start["start_time"]:
        first -= start["start_time"]
    return RunResult(
        alc=float(scores.get("score", 0.0)),
        predictions=len(stamps),
        first_prediction=first,
        reason=str(end.get("reason", "the ingestion program left no word")),
        success=bool(end.get("ingestion_success")),
        page=out / "score" / "detailed_results.html",
        exit_code=exit_code,
    )


def _read_yaml(path: Path) -> dict[str | int, float]:
    return yaml.safe_load(path.read_text("utf-8")) or {} if path.is_file() else {}
