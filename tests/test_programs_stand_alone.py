"""The two platform programs run without this package, with few libraries, from any folder."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARIES = {"ingestion": {"numpy", "yaml", "tensorflow"}, "scoring": {"numpy", "yaml", "matplotlib"}}
SUBMISSION = "model"  # what the ingestion program imports of the submission
FILES = [path for program in LIBRARIES for path in sorted((ROOT / program).glob("**/*.py"))]


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_imports(path):
    program = path.relative_to(ROOT).parts[0]
    beside = {file.stem for file in (ROOT / program).glob("*.py")}
    assert _imported(path) <= beside | LIBRARIES[program] | {SUBMISSION} | sys.stdlib_module_names
    assert SUBMISSION not in _imported(path) or path.name == "runner.py"
    assert "tensorflow" not in _imported(path) or path.name == "autodl_dataset.py"


@pytest.mark.parametrize("script", ["ingestion/ingestion.py", "scoring/score.py"])
def test_help_from_another_folder(script, tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / script), "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "--score_dir" in done.stdout


@pytest.mark.parametrize(
    "path", [path for path in FILES if ">>> " in path.read_text(encoding="utf-8")], ids=lambda path: path.name
)
def test_doctests(path, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "doctest", "-o", "NORMALIZE_WHITESPACE", str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


COPIES = {
    "concealment.py": ("ingestion", "scoring"),
    "plain_text.py": ("ingestion", "scoring", "autospeech"),
    "record_shards.py": ("ingestion", "autospeech/datasets"),
    "regular_file.py": ("ingestion", "scoring", "autospeech"),
    "safe_unpickler.py": ("ingestion", "autospeech/datasets"),
    "text_matrix.py": ("ingestion", "scoring", "autospeech"),
    "yaml_lines.py": ("scoring", "autospeech"),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_identical(name):
    copies = [(ROOT / folder / name).read_text(encoding="utf-8") for folder in COPIES[name]]
    # The package imports a neighbour by its full name, and thus in a paragraph of its own.
    assert len({copy.replace("from autospeech.", "from ").replace("\n\n", "\n") for copy in copies}) == 1
