"""What the schedule decided, when and why."""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path
from typing import Any

import numpy as np

from autospeech.whole_writing import whole_file

_log = logging.getLogger("autospeech")


class Trace:
    """The decisions of a run, each a line in the log and an entry in a JSON file.

    Args:
        path: Where to write them, whole after each decision; None for the log alone.

    Attributes:
        decisions: One dict each.

    Example:
        >>> trace = Trace()
        >>> trace.add(0.41, "learnt", rung="first look", evidence=None)
        >>> trace.decisions
        [{'time': 0.41, 'decision': 'learnt', 'rung': 'first look', 'evidence': None}]
    """

    def __init__(self, path: Path | None = None) -> None:
        self.decisions: list[dict[str, Any]] = []
        self._path = path

    def add(self, time: float, decision: str, **details: Any) -> None:
        """Note a decision.

        Args:
            time: Seconds of the budget that were used by then.
            decision: What was done, a word or two.
            details: Why: numbers, NumPy's too, text, lists and dicts of them; of anything else its text. Numbers that
                JSON does not know become "inf", "-inf" or "nan".
        """
        entry = {
            "time": _short(round(float(time), 3)),
            "decision": decision,
            **{name: _short(value) for name, value in details.items()},
        }
        self.decisions.append(entry)
        told = ", ".join(f"{name} {value}" for name, value in entry.items() if name not in ("time", "decision"))
        _log.info("%.2f s: %s%s", time, decision, f" ({told})" if told else "")
        if self._path is not None:
            self._write(self._path)

    def later(self, seconds: float) -> list[dict[str, Any]]:
        """Return the decisions by a clock that began so many seconds earlier."""
        return [{**decision, "time": round(decision["time"] + seconds, 3)} for decision in self.decisions]

    def _write(self, path: Path) -> None:
        try:
            # Waiting for the disk would cost time of the budget.
            with whole_file(path, flush=False) as part:
                part.write_text(json.dumps(self.decisions, indent=1, allow_nan=False) + "\n")
        except OSError as error:
            _log.warning("%s: the trace cannot be written: %s", path, error)
            self._path = None


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _short(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_short(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if math.isfinite(value) else str(float(value))
    if isinstance(value, np.ndarray | np.generic):
        return _short(value.tolist())
    return value if value is None or isinstance(value, str | int) else str(value)
