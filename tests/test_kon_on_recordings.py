from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize(("table", "alc"), [("emodb/emotion.csv", 0.3), ("fsdd/speaker.csv", 0.5)])
def test_kon_learns_from_recordings_within_a_minute(data_dir: Path, table: str, alc: float, tmp_path: Path) -> None:
    autospeech = [sys.executable, "-m", "autospeech"]
    subprocess.run([*autospeech, "convert", data_dir / table, tmp_path / "data", "--to", "autospeech"], check=True)
    (task,) = (tmp_path / "data").iterdir()
    subprocess.run(
        [*autospeech, "run", task, "--budget", "60", "--preset", "kon", "--out", tmp_path / "out"], check=True
    )
    assert json.loads((tmp_path / "out" / "score" / "scores.json").read_text("utf-8"))["score"] > alc
