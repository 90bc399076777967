from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST = 600
CODE = ("autospeech", "ingestion", "scoring", "tests", "sample_data", "benchmarks")


def sources(root: Path) -> list[Path]:
    files = [file for folder in CODE for file in (root / folder).rglob("*.py")] + [root / "model.py"]
    assert len(files) > 50
    return files


def test_rooms_import_only_from_lower_floors(root: Path) -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_file_is_longer_than_600_lines(root: Path) -> None:
    long = [file for file in sources(root) if len(file.read_text("utf-8").splitlines()) > LONGEST]
    assert not long


def test_a_room_has_at_most_one_public_class_a_file(root: Path) -> None:
    for file in (root / "autospeech").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        # An error stands with what raises it, a result with what returns it.
        assert len([name for name in classes if not name.endswith(("Error", "Result"))]) <= 1, file


@pytest.mark.parametrize("statement", ["import autospeech", "import autospeech.cli", "import autospeech.harness"])
def test_importing_does_not_import_tensorflow(statement: str) -> None:
    check = f"{statement}; import sys; assert not {{'tensorflow', 'keras', 'librosa', 'sklearn'}} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_importing_every_module_writes_nothing_and_starts_nothing(root: Path, tmp_path: Path) -> None:
    modules = [
        ".".join(file.relative_to(root).with_suffix("").parts)
        for file in (root / "autospeech").rglob("*.py")
        if file.name not in ("__init__.py", "__main__.py")
    ]
    check = (
        f"import importlib, threading, numpy\nbefore = numpy.random.get_state()[1].copy()\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "assert (numpy.random.get_state()[1] == before).all()\n"
        "assert threading.active_count() == 1, threading.enumerate()"
    )
    result = subprocess.run([sys.executable, "-c", check], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert not list(tmp_path.iterdir())
