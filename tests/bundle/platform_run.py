"""Runs of the two programs as a platform does them: from folders of their own, with nothing of the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Without what this process has on its path; the packages stay, and with them the repository's own one, last.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
    "PYTHONPATH": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class PlatformRun:
    """What the programs left."""

    ingestion: int
    output: str
    scores: dict[str, Any]
    log: str


def run_on_platform(
    ingestion_program: Path,
    scoring_program: Path,
    submission: Path,
    data: Path,
    solution: Path,
    out: Path,
    budget: float | None = None,
) -> PlatformRun:
    """Run a submission and score it; all folders are outside the repository but those that a caller names."""
    output, score = out / "output", out / "score"
    ingestion = _python(
        ingestion_program / "ingestion.py",
        f"--dataset_dir={data}",
        f"--output_dir={output}",
        f"--code_dir={submission}",
        *([] if budget is None else [f"--time_budget={budget}"]),
        folder=out,
    )
    scoring = _python(
        scoring_program / "score.py",
        f"--solution_dir={solution}",
        f"--prediction_dir={output}",
        f"--score_dir={score}",
        folder=out,
    )
    assert scoring.returncode == 0, scoring.stderr
    return PlatformRun(
        ingestion.returncode,
        ingestion.stdout + ingestion.stderr,
        json.loads((score / "scores.json").read_text("utf-8")),
        (output / "submission.log").read_text("utf-8", errors="replace"),
    )


def _python(program: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=240,
    )
