"""A report as JSON, as Markdown and as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Report = Mapping[str, Any]


def write_report(
    report: Report,
    stem: Path,
    as_markdown: Callable[[Report, str], str],
    draw: Callable[[Report, Path], None] | None = None,
) -> None:
    """Write a report beside its picture.

    Args:
        report: What JSON takes.
        stem: The files without their ending.
        as_markdown: Makes the text of the report and the files' name.
        draw: Draws the picture; None for none.
    """
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    stem.with_suffix(".md").write_text(as_markdown(report, stem.name), "utf-8")
    if draw is not None:
        draw(report, stem.with_suffix(".png"))


def heading(title: str, report: Report, commit: str) -> list[str]:
    """Return the lines that every report begins with: how it was made, at which commit and on what machine.

    Example:
        >>> heading("Speed", {"command": "python -m x", "machine": {"CPU": "fast"}}, "abc")[2:]
        ['    python -m x', '', 'Commit abc. Machine: CPU fast.', '']
    """
    facts = ", ".join(f"{key} {value}" for key, value in report["machine"].items())
    return [f"# {title}", "", f"    {report['command']}", "", f"Commit {commit}. Machine: {facts}.", ""]
