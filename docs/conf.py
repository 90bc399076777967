"""Sphinx: pages from Markdown as they stand in the repository, the reference from docstrings.

The source folder is the root of the repository, so that links from page to page, README and model cards among them,
lead to the same files here and wherever the repository is read. `make docs` says how it is called.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# The names below are imported by sphinx-build, whose path does not hold the folder of conf.py.
sys.path.insert(0, str(HERE))

from command_pages import command_pages  # noqa: E402

project = "autospeech"
copyright = "the authors of autospeech, Apache-2.0"
version = release = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)[1]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "docs/**",
    "ingestion/README.md",
    "scoring/README.md",
    "sample_data/README.md",
    "autospeech/weights/*.md",
]
exclude_patterns = ["build", "runs", ".*", "**/__pycache__"]

html_theme = "furo"
html_title = "autospeech"
html_show_sphinx = False
# Two hyphens are an option and no dash.
smartquotes = False
pygments_style = "friendly"
pygments_dark_style = "monokai"
# An indented block is a command line or what one says; colours for Python would be wrong there.
highlight_language = "none"

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}
autodoc_class_signature = "mixed"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = ["Input shape", "Output shape"]
# Docstrings write `names` and `(batch, shapes)` alike: a name of ours becomes a link, anything else is code.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    ("py:obj", r".*"),
    # Other projects' reference is elsewhere.
    (r"py:.*", r"(?!autospeech\b).*"),
    # A type variable has no entry of its own.
    ("py:class", r"autospeech\.learners\.kept_sets\.Made"),
]

# Modules whose docstrings nobody needs a page of.
_UNLISTED = ("__init__", "__main__")


def _module_pages(app: Sphinx, docname: str, source: list[str]) -> None:
    """Add to a page of `docs/api` all that its room holds, and to the page of commands all commands."""
    if docname == "docs/api/commands":
        source[0] += command_pages()
    elif docname.startswith("docs/api/") and docname != "docs/api/index":
        source[0] += "".join(_section(name) for name in _modules(docname.rsplit("/", 1)[1]))


def _modules(room: str) -> list[str]:
    path = ROOT / "autospeech" / room
    if not path.is_dir():
        return [f"autospeech.{room}"]
    files = [file.relative_to(path.parent).with_suffix("") for file in path.rglob("*.py")]
    # A package is named by its folder.
    modules = {file.parent if file.name == "__init__" else file for file in files if file.name != "__main__"}
    return sorted(f"autospeech.{'.'.join(module.parts)}" for module in modules)


def _section(module: str) -> str:
    return f"\n{module}\n{'-' * len(module)}\n\n.. automodule:: {module}\n"


def _skip(app: Sphinx, what: str, name: str, found: object, skip: bool, options: object) -> bool | None:
    """Leave out the methods that scikit-learn gives to every estimator to pass metadata on."""
    return True if re.fullmatch(r"set_\w+_request", name) else None


def _check_rooms(app: Sphinx) -> None:
    """Fail where a room has no page."""
    package = ROOT / "autospeech"
    # The commands have a page of their own, the weights their model cards.
    rooms = {path.parent.name for path in package.glob("*/__init__.py")} - {"cli", "weights"}
    rooms |= {path.stem for path in package.glob("*.py")} - set(_UNLISTED)
    missing = sorted(room for room in rooms if not (HERE / "api" / f"{room}.rst").is_file())
    if missing:
        raise ExtensionError(f"docs/api: no page for {', '.join(missing)}; write {missing[0]}.rst like those there are")


def _lead_to_index(app: Sphinx, exception: Exception | None) -> None:
    """Let the top of the output lead to the first page, which stands in a folder."""
    if exception is None and app.builder.name == "html":
        page = f'<!doctype html><meta http-equiv="refresh" content="0; url={root_doc}.html"><title>autospeech</title>\n'
        (Path(app.outdir) / "index.html").write_text(page, "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above."""
    app.connect("builder-inited", _check_rooms)
    app.connect("source-read", _module_pages)
    app.connect("autodoc-skip-member", _skip)
    app.connect("build-finished", _lead_to_index)
    return {"parallel_read_safe": True}
