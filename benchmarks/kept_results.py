"""Results that stay, so that a benchmark goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import commit

Result = dict[str, Any]


def kept(folder: Path, what: Mapping[str, Any], compute: Callable[[], Result]) -> Result:
    """Return a result that was computed before, or compute and keep it.

    Args:
        folder: Where results are kept, a JSON file each.
        what: All that the result depends on, but for the code.
        compute: Computes it.

    Returns:
        The result, as JSON has it, and the commit that it was computed at.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     first = kept(Path(folder), {"seed": 1}, lambda: {"accuracy": 0.5})
        ...     kept(Path(folder), {"seed": 1}, lambda: {"accuracy": 0.7})["accuracy"]
        0.5
    """
    told = json.dumps(what, sort_keys=True)
    file = folder / f"{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"
    if file.is_file():
        found: Result = json.loads(file.read_text("utf-8"))["result"]
        return found
    result = compute() | {"commit": commit()}
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps({"what": what, "result": result}, indent=1) + "\n", "utf-8")
    part.replace(file)
    return result


def commits(report: Any) -> str:
    """Return the commits of all results in a report.

    Example:
        >>> commits({"tasks": [{"commit": "b"}, {"commit": "a"}, {"commit": "b"}]})
        'a, b'
    """
    if isinstance(report, Mapping):
        inside = [part.split(", ") for part in map(commits, report.values()) if part]
        own = [report["commit"]] if "commit" in report else []
        return ", ".join(sorted({*own, *(each for part in inside for each in part)}))
    if isinstance(report, list):
        return commits(dict(enumerate(report)))
    return ""
