from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("body", "options", "code"),
    [
        ("import pytest; pytest.skip('no recordings')", "--fail-on-skip", 1),
        ("import pytest; pytest.skip('no recordings')", "--fail-on-skip -n 1", 1),
        ("import pytest; pytest.skip('no recordings')", "", 0),
        ("pass", "--fail-on-skip", 0),
        ("pass", "--fail-on-skip -n 1", 0),
        ("assert False", "--fail-on-skip", 1),
    ],
)
def test_a_skip_fails_a_run_that_must_not_skip(body: str, options: str, code: int, root: Path, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(root / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_one.py").write_text(f"def test_one():\n    {body}\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    environment["PYTEST_ADDOPTS"] = options
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == code, result.stdout + result.stderr
