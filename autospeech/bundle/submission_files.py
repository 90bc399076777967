"""Which files of this project a submission needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# In an installed package the programs and the submission travel inside it, in the repository they stand beside it.
PROGRAMS = PACKAGE / "programs" if (PACKAGE / "programs").is_dir() else PACKAGE.parent
WEIGHTS = (".npz", ".h5")


def submission_files() -> dict[str, Path]:
    """Follow the imports of `model.py`.

    A room that imports by name (augmentations, features) goes whole, since settings choose the names. What only
    commands need is not reached and stays out.

    Returns:
        Path inside the submission -> file: `model.py`, modules of `autospeech`, shipped weights, `requirements.txt`.

    Example:
        >>> files = submission_files()
        >>> [name in files for name in ("model.py", "autospeech/augment/specmix.py", "autospeech/harness.py")]
        [True, True, False]
    """
    found: dict[str, Path] = {}
    to_read = [PROGRAMS / "model.py"]
    while to_read:
        file = to_read.pop()
        name = file.name if file.parent == PROGRAMS else _name(file)
        if name not in found:
            found[name] = file
            # What the package itself offers it loads when asked, and a submission does not ask.
            if file != PACKAGE / "__init__.py":
                to_read += _imported(file)
    weights = {_name(file): file for file in (PACKAGE / "weights").iterdir() if file.suffix in WEIGHTS}
    return dict(sorted((found | weights | {"requirements.txt": PROGRAMS / "requirements.txt"}).items()))


def _name(file: Path) -> str:
    return f"{PACKAGE.name}/{file.relative_to(PACKAGE).as_posix()}"


def _imported(file: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # What is imported from a room may be a module or a name in it.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            if isinstance(node, ast.Attribute) and node.attr == "import_module":
                yield from file.parent.glob("*.py")
            continue
        for name in names:
            yield from _modules(name.split("."))


def _modules(parts: list[str]) -> Iterator[Path]:
    """Yield the files that an import runs: of the module and of every package above it."""
    if parts[0] != PACKAGE.name:
        return
    for length in range(1, len(parts) + 1):
        path = PACKAGE.parent.joinpath(*parts[:length])
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                yield file
