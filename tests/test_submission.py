from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (None, "3 done"),
        ({"warm_start": False, "seed": 4}, "3 done"),
        ({"preset": "m5", "mix_at": "pool_9"}, "no layer 'pool_9'"),
        ({"budget": 3}, "budget"),
        ({"preset": "x"}, "'x'"),
        ({"preset": "features-alone", "fusion": "vote"}, "no fusion 'vote'"),
    ],
)
def test_the_submission_folder_works_by_itself(
    settings: dict[str, object] | None, says: str, root: Path, tmp_path: Path
) -> None:
    shutil.copy(root / "model.py", tmp_path / "model.py")
    shutil.copytree(root / "autospeech", tmp_path / "autospeech", ignore=shutil.ignore_patterns("__pycache__"))
    if settings is not None:
        (tmp_path / "settings.json").write_text(json.dumps(settings), "utf-8")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import model, autospeech; "
        f"assert autospeech.__file__.startswith({str(tmp_path)!r}); "
        "print(model.Model({'class_num': 3, 'test_num': 2})._classes, 'done')"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, text=True)
    assert says in result.stdout + result.stderr
