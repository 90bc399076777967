"""The examples in the docstrings of the scoring program, run where its modules can import each other."""

from __future__ import annotations

import subprocess
import sys

RUN_ALL = """
import doctest, importlib, pathlib
results = [doctest.testmod(importlib.import_module(path.stem)) for path in sorted(pathlib.Path().glob("*.py"))]
print(sum(result.attempted for result in results), sum(result.failed for result in results))
"""


def test_examples(root):
    done = subprocess.run(
        [sys.executable, "-c", RUN_ALL], cwd=root / "scoring", capture_output=True, text=True, check=True
    )
    attempted, failed = map(int, done.stdout.split()[-2:])
    assert attempted > 20
    assert failed == 0, done.stdout
