"""The documentation: its links lead somewhere, its command lines are right, its examples run, its pages are built."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main
from typer.exceptions import Exit, TyperException

from autospeech.cli import app

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name / "README.md" for name in ("ingestion", "scoring", "sample_data")),
    *sorted((ROOT / "autospeech" / "weights").glob("*.md")),
]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)|<img [^>]*src=\"([^\"]+)\"")
PROGRAM = re.compile(r"(?:\S*/)?(?:autospeech|python\S* -m autospeech)(?= |$)")


def prose(text: str) -> str:
    """Return a page without its fenced and quoted code, in which nothing is a link."""
    return re.sub(r"`[^`\n]+`", "", FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    names = set()
    for title in re.findall(r"^#+ +(.+?) *$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        names.add(f"{slug}-{found[slug]}" if slug in found else slug)
        found[slug] = found.get(slug, 0) + 1
    return names


def broken_links(page: Path) -> list[str]:
    broken = []
    for groups in LINK.findall(prose(page.read_text("utf-8"))):
        link = "".join(groups)
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def command_lines(text: str) -> list[list[str]]:
    """Return the arguments of each call of `autospeech` in a page's indented, fenced and quoted code."""
    fenced = [body for language, body in FENCE.findall(text) if language in ("", "sh", "bash", "console", "text")]
    rest = FENCE.sub("", text)
    indented = re.findall(r"^ {4,}(\S.*)$", rest, re.MULTILINE)
    # A quotation may go on in the next line.
    quoted = [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", rest)]
    found = []
    for line in [line.strip() for body in fenced for line in body.splitlines()] + indented + quoted:
        program = PROGRAM.match(line.removeprefix("$ "))
        if program:
            words = shlex.split(line.removeprefix("$ ")[program.end() :], comments=True)
            found.append([word for word in words if word not in ("|", "&")])
    return found


def unknown_options(text: str) -> list[str]:
    """Return what is quoted as `COMMAND --option` and no option of that command."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    wrong = []
    for name, option in re.findall(r"`([a-z]+) (--[a-z-]+)[^`]*`", FENCE.sub("", text)):
        params = commands[name].params if name in commands else ()
        known = {spelling for each in params for spelling in (*each.opts, *each.secondary_opts)}
        if option not in known:
            wrong.append(f"{name} {option}")
    return wrong


def misspelt(arguments: list[str]) -> str | None:
    """Say what is wrong with a command line, without running it; a name alone may stand for the whole line."""
    # [--option] may be left out, and … stands for what the reader has.
    words = [word.strip("[]") for word in arguments if word != "…"]
    if not words or words[0] == "--help":
        return None
    name, *rest = words
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    if name == "COMMAND":
        return None
    if name not in commands:
        return f"there is no command {name!r} among {', '.join(sorted(commands))}"
    if not rest:
        return None
    try:
        commands[name].make_context(name, rest)
    except Exit:
        return None
    except TyperException as error:
        return str(error)
    return None


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_line_names_what_there_is(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text("utf-8")
    wrong = {" ".join(line): misspelt(line) for line in command_lines(text)}
    assert {line: fault for line, fault in wrong.items() if fault} == {}
    assert unknown_options(text) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_python_compiles(page: Path) -> None:
    for language, body in FENCE.findall(page.read_text("utf-8")):
        if language == "python":
            ast.parse(body, str(page))


def test_the_checks_themselves_find_what_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b`: c\n\n## Twice\n\n## Twice\n\n[a](#a-b-c) [b](#twice-1) [c](gone.md) [d](#twice-2) [e](page.md#none)"
        " [f](page.md) [g](https://example.org/x) `[h](gone.md)`\n"
    )
    assert broken_links(page) == ["gone.md", "#twice-2", "page.md#none"]
    text = "    autospeech run X --budget 3  # why\n\n`python -m autospeech\nnetworks` and `autospeech.cli`\n"
    text += "\n```\n$ .venv/bin/python -m autospeech show A B\n```\n"
    lines = command_lines(text)
    assert lines == [["show", "A", "B"], ["run", "X", "--budget", "3"], ["networks"]]
    assert [misspelt(line) is None for line in lines] == [False, True, True]
    for line in ("rum X", "run X --budgt 3", "run X --budget soon", "run --budget 3", "convert A B"):
        assert misspelt(line.split()), line
    assert unknown_options("`run --budget 3`, `run --budgt`, `show --augment`, `--none`") == ["run --budgt"]


@pytest.mark.slow
def test_the_pages_are_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx", reason="pip install -r requirements-docs.txt")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-c", "docs", ".", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "AutoSpeechClassifier" in (tmp_path / "docs" / "api" / "classifier.html").read_text("utf-8")
    assert "--memory-limit" in (tmp_path / "docs" / "api" / "commands.html").read_text("utf-8")
    assert (tmp_path / "index.html").is_file()


@pytest.mark.slow
def test_the_examples_of_extending_work(tmp_path: Path) -> None:
    for name in ("autospeech", "tests", "benchmarks", "ingestion", "scoring", "sample_data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "model.py", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    added, differences = [], ""
    for language, body in FENCE.findall((ROOT / "docs" / "extending.md").read_text("utf-8")):
        if language == "python":
            first, rest = body.split("\n", 1)
            added.append(first.removeprefix("# "))
            (tmp_path / added[-1]).write_text(rest, "utf-8")
        elif language == "diff":
            differences += body
    subprocess.run(["git", "apply", "-"], input=differences, cwd=tmp_path, text=True, check=True)
    assert len(added) == 7
    shared = ["augment/test_text_form.py", "features/test_all_features.py", "networks/test_size.py", "presets"]
    tests = [*added, *(f"tests/{name}" for name in shared), "-k", "polarity or rms or tiny or preset or class_means"]
    # The copy, and not the installed package.
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-5000:]
    linter = Path(sys.executable).parent
    for check in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["lint-imports", "--no-cache"]):
        result = subprocess.run([linter / check[0], *check[1:]], cwd=tmp_path, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
