"""What the system did, step by step, told from the trace of the schedule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autospeech.report.json_fields import is_number

FIRST_LOOK = "first look"
CHOICE = "chose augmentation"


@dataclass(frozen=True)
class Step:
    """A step.

    Args:
        number: From 1.
        seconds: When it was over.
        began: When it was chosen; None where the trace does not say.
        learner: What learnt; empty where nothing did.
        verdict: What came of it: `first answer`, `judged` (the first answer, by its evidence), `kept`, `not kept`,
            `failed`, `done` or what the trace calls it.
        before: NAUC out of fold before it; None where unknown.
        after: NAUC out of fold with it.
        augmentation: What it trained with, where it tells.
        evidence: NAUC out of fold of each of its members.
        weights: Of the members of the blend with it, by name; empty where there is none.
        note: All else that is worth a word.
    """

    number: int
    seconds: float
    verdict: str
    began: float | None = None
    learner: str = ""
    before: float | None = None
    after: float | None = None
    augmentation: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def name(self) -> str:
        """What it is called on a curve."""
        return f"{self.learner}: {self.verdict}" if self.learner and self.learner != self.verdict else self.verdict

    @property
    def is_kept(self) -> bool:
        """Whether it changed the answer."""
        return self.verdict in ("kept", "first answer")


def steps_of(trace: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Read the entries of a trace.

    Args:
        trace: As `schedule.trace.Trace` writes them: `time`, `decision` and details. Details that are not of the kind
            expected are passed over.

    Returns:
        The steps. A choice becomes the beginning of the step that it led to.

    Example:
        >>> chose = {"time": 0.4, "decision": "chose", "rung": "encoder"}
        >>> learnt = {"time": 1.1, "decision": "learnt", "rung": "encoder", "after": 0.99, "accepted": True}
        >>> [(step.name, step.began, step.seconds) for step in steps_of([chose, learnt])]
        [('encoder: kept', 0.4, 1.1)]
    """
    steps: list[Step] = []
    began: dict[str, float] = {}
    for entry in trace:
        decision, learner = str(entry["decision"]), str(entry.get("rung", ""))
        if decision == "chose":
            began[learner] = float(entry["time"])
            continue
        steps.append(_step(len(steps) + 1, entry, decision, learner, began.pop(learner, None)))
    # One that was chosen last may not have come to an end.
    for learner, start in began.items():
        steps.append(Step(len(steps) + 1, start, "not over", learner=learner))
    return steps


def learners_of(steps: Sequence[Step]) -> dict[str, str]:
    """Return the learner of each member that has judged clips."""
    return {member: step.learner for step in steps for member in step.evidence}


def _step(number: int, entry: Mapping[str, Any], decision: str, learner: str, began: float | None) -> Step:
    seconds = float(entry["time"])
    if decision == FIRST_LOOK:
        clips, length = entry.get("clips"), entry.get("seconds_of_clips")
        whole = "whole clips" if length == "inf" else f"{length:g} s of each" if is_number(length) else ""
        note = ", ".join(part for part in (f"learnt from {clips} clips" if is_number(clips) else "", whole) if part)
        return Step(number, seconds, "first answer", began, FIRST_LOOK, note=note)
    if decision in ("learnt", "judged"):
        clips = entry.get("clips")
        return Step(
            number,
            seconds,
            "judged" if decision == "judged" else "kept" if entry.get("accepted") else "not kept",
            began,
            learner,
            _number(entry.get("before")),
            _number(entry.get("after")),
            _augmentation(entry),
            _numbers(entry.get("evidence")),
            _numbers(entry.get("weights")),
            f"judged {clips} clips out of fold" if is_number(clips) else "",
        )
    if decision == CHOICE:
        tried, spent = _numbers(entry.get("tried")), entry.get("search_seconds")
        scores = ", ".join(f"{name} {nauc:.3f}" for name, nauc in tried.items())
        note = f"tried, NAUC: {scores}" if tried else f"tried {entry.get('tried') or 'nothing'}"
        note += f"; {spent:.1f} s" if is_number(spent) else ""
        return Step(number, seconds, decision, began, learner, augmentation=_augmentation(entry), note=note)
    if decision == "failed":
        note = f"in {entry.get('doing', 'its work')}: {entry.get('error', 'no word of why')}"
        return Step(number, seconds, "failed", began, learner, note=note)
    details = [f"{key} {value}" for key, value in entry.items() if key not in ("time", "decision", "rung")]
    return Step(number, seconds, decision, began, learner, note=", ".join(details)[:500])


def _augmentation(entry: Mapping[str, Any]) -> str:
    one, several = entry.get("augmentation"), entry.get("augmentations")
    if isinstance(several, Mapping):
        named = {name: part.get("augmentation") for name, part in several.items() if isinstance(part, Mapping)}
        return "; ".join(f"{name}: {text or 'none'}" for name, text in named.items())
    return "" if one is None else str(one) or "none"


def _number(value: Any) -> float | None:
    return float(value) if is_number(value) else None


def _numbers(values: Any) -> dict[str, float]:
    if not isinstance(values, Mapping):
        return {}
    return {str(name): float(value) for name, value in values.items() if is_number(value) and math.isfinite(value)}
