"""Look at a submission without running it."""

from __future__ import annotations

import ast
import re
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autospeech.bundle.unpack_zip import unpack_zip
from autospeech.regular_file import read_bytes

# Of model.py. Python takes some 2 kB of memory for a name or a sign; long texts are one and take less.
MOST_WORDS, MOST_BYTES = 80_000, 20_000_000
_WORD = re.compile(rb"[\w\x80-\xff]+|[^\w\s\x80-\xff]|\n")


@dataclass(frozen=True)
class CheckResult:
    """What a zip file holds.

    Args:
        size: Its bytes.
        unpacked: Bytes of its files.
        files: How many.
        missing: What it lacks to be a submission, a line each; empty when it is one.
        remarks: What may matter on one of the platforms, a line each.
    """

    size: int
    unpacked: int
    files: int
    missing: tuple[str, ...]
    remarks: tuple[str, ...]


def check_submission(path: Path) -> CheckResult:
    """Unpack a submission into a folder that is thrown away, and read its `model.py` without running it.

    Args:
        path: The zip file.

    Returns:
        What it holds and lacks.

    Raises:
        BundleError: It cannot be unpacked, or not safely.

    Example:
        >>> from autospeech.bundle.write_zip import write_zip
        >>> path = Path(tempfile.mkdtemp()) / "a.zip"
        >>> write_zip(path, {"model.py": b"class Modell: pass"})
        >>> check_submission(path).missing
        ('model.py: no class Model; the platforms call Model(metadata)',)
    """
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        folder = Path(scratch)
        unpack_zip(path, folder)
        files = [file for file in folder.rglob("*") if file.is_file()]
        unpacked = sum(file.stat().st_size for file in files)
        return CheckResult(path.stat().st_size, unpacked, len(files), tuple(_missing(folder)), tuple(_remarks(folder)))


def _missing(folder: Path) -> list[str]:
    file = folder / "model.py"
    if not file.is_file():
        inside = sorted(found.parent.name for found in folder.glob("*/model.py"))
        where = f"; one is in {inside[0]}/: zip what is in that folder, not the folder" if inside else ""
        return [f"model.py: not at the top of the zip file{where}"]
    try:
        source = read_bytes(file, MOST_BYTES)
    except ValueError as error:
        return [f"model.py: {error}; keep data, such as weights, in files beside it"]
    if next(islice(_WORD.finditer(source), MOST_WORDS, None), None) is not None:
        return [f"model.py: more than {MOST_WORDS:,} words and signs; keep data, such as weights, in files beside it"]
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return [f"model.py: it is no Python ({str(error) or 'it is nested too deeply'})"]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Model":
            return _missing_of_class(node)
        if "Model" in _bound(node):
            return []
    return ["model.py: no class Model; the platforms call Model(metadata)"]


def _missing_of_class(model: ast.ClassDef) -> list[str]:
    if [base for base in model.bases if not (isinstance(base, ast.Name) and base.id == "object")]:
        return []  # it may inherit what is not written here
    methods = {node.name for node in model.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    lacks = [f"model.py: class Model has no method {name}" for name in ("train", "test") if name not in methods]
    said = {getattr(node, "attr", getattr(node, "id", None)) for node in ast.walk(model)}
    if "done_training" not in said:
        lacks.append("model.py: class Model never sets done_training, by which a run ends before its budget")
    return lacks


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def _remarks(folder: Path) -> list[str]:
    if (folder / "metadata.yaml").is_file() or (folder / "metadata").is_file():
        return ["metadata: CodaLab wants it; a Codabench task with ingestion during scoring does not pass on the code"]
    return ["no metadata: right for Codabench; CodaLab 1.5 would take the zip file for results"]
