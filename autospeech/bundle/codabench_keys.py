"""The documented keys of Codabench's `competition.yaml`, version 2."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from autospeech.bundle.bundle_error import BundleError

# What a value must be: its name in a message, and the test of it.
Kind = tuple[str, Callable[[Any], bool]]


def _whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def _moment(value: Any) -> bool:
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, date | str)


TEXT: Kind = ("text", lambda value: isinstance(value, str) and bool(value.strip()))
FLAG: Kind = ("true or false", lambda value: isinstance(value, bool))
WHOLE: Kind = ("a whole number from 0", _whole)
MOMENT: Kind = ("a time as 2024-12-31 14:30:00", _moment)
FILE: Kind = ("the path of a file or folder in the bundle", TEXT[1])
INDEXES: Kind = ("a list of indexes", lambda value: isinstance(value, list) and bool(value) and all(map(_whole, value)))
ENTRIES: Kind = ("a list of entries", lambda value: isinstance(value, list) and bool(value))
QUESTIONS: Kind = ("a table of questions", lambda value: isinstance(value, dict))


def _one_of(*values: str) -> Kind:
    return f"one of {', '.join(values)}", lambda value: value in values


# By the kind of entry: the required keys, then the optional ones.
REQUIRED: dict[str, dict[str, Kind]] = {
    "competition": {
        "version": ("2", lambda value: type(value) is int and value == 2),
        "title": TEXT,
        "image": FILE,
        "terms": FILE,
        "pages": ENTRIES,
        "tasks": ENTRIES,
        "phases": ENTRIES,
        "leaderboards": ENTRIES,
    },
    "pages": {"title": TEXT, "file": FILE},
    "phases": {"name": TEXT, "start": MOMENT, "tasks": INDEXES},
    "tasks": {"index": WHOLE, "name": TEXT, "scoring_program": FILE},
    "solutions": {"index": WHOLE, "tasks": INDEXES, "path": FILE},
    "leaderboards": {"title": TEXT, "key": TEXT, "columns": ENTRIES},
    "columns": {"title": TEXT, "key": TEXT, "index": WHOLE},
}
OPTIONAL: dict[str, dict[str, Kind]] = {
    "competition": {
        "description": TEXT,
        "registration_auto_approve": FLAG,
        "docker_image": TEXT,
        "make_programs_available": FLAG,
        "make_input_data_available": FLAG,
        "queue": TEXT,
        "enable_detailed_results": FLAG,
        "show_detailed_results_in_submission_panel": FLAG,
        "show_detailed_results_in_leaderboard": FLAG,
        "contact_email": TEXT,
        "reward": TEXT,
        "auto_run_submissions": FLAG,
        "can_participants_make_submissions_public": FLAG,
        "forum_enabled": FLAG,
        "solutions": ENTRIES,
        "fact_sheet": QUESTIONS,
    },
    "pages": {},
    "phases": {
        "index": WHOLE,
        "description": TEXT,
        "end": MOMENT,
        "max_submissions": WHOLE,
        "max_submissions_per_day": WHOLE,
        "auto_migrate_to_this_phase": FLAG,
        "execution_time_limit": WHOLE,
        "hide_output": FLAG,
        "hide_prediction_output": FLAG,
        "hide_score_output": FLAG,
        "starting_kit": FILE,
        "public_data": FILE,
        "accepts_only_result_submissions": FLAG,
    },
    "tasks": {
        "description": TEXT,
        "input_data": FILE,
        "reference_data": FILE,
        "ingestion_program": FILE,
        "ingestion_only_during_scoring": FLAG,
    },
    "solutions": {},
    "leaderboards": {
        "submission_rule": _one_of(
            "Add", "Add_And_Delete", "Add_And_Delete_Multiple", "Force_Last", "Force_Latest_Multiple", "Force_Best"
        ),
        "hidden": FLAG,
    },
    "columns": {
        "sorting": _one_of("asc", "desc"),
        "computation": _one_of("sum", "avg", "min", "max", "avg_rank"),
        "computation_indexes": INDEXES,
        "precision": WHOLE,
        "hidden": FLAG,
    },
}
NESTED = ("pages", "phases", "tasks", "solutions", "leaderboards", "columns")


def check_codabench(competition: Any, files: Collection[str]) -> None:
    """Hold a competition against what Codabench documents.

    A task that only names the `key` of one on the platform is not taken: a bundle brings everything with it.

    Args:
        competition: The content of `competition.yaml`.
        files: Paths of all files of the bundle, relative to it.

    Raises:
        BundleError: A key is missing, unknown or of the wrong kind, a file or a task is not there, indexes repeat, or
            phases overlap.

    Example:
        >>> check_codabench({"version": 2, "titel": "Sounds"}, [])
        Traceback (most recent call last):
        autospeech.bundle.bundle_error.BundleError: competition.yaml: unknown key 'titel'; known are version, title, ...

    References:
        https://docs.codabench.org/latest/Organizers/Benchmark_Creation/Yaml-Structure
        https://docs.codabench.org/latest/Organizers/Benchmark_Creation/Leaderboard-Functionality
    """
    _check_entry("competition", competition, "", files)
    tasks = _indexes(competition["tasks"], "tasks")
    for name in ("phases", "solutions"):
        entries = competition.get(name, [])
        _indexes(entries, name)
        for number, entry in enumerate(entries):
            strange = sorted(set(entry["tasks"]) - set(tasks))
            if strange:
                raise _error(f"{name}[{number}].tasks", f"there is no task of index {strange[0]}")
    for number, board in enumerate(competition["leaderboards"]):
        where = f"leaderboards[{number}].columns"
        columns = _indexes(board["columns"], where)
        if len({column["key"] for column in board["columns"]}) < len(columns):
            raise _error(where, "two columns have the same key")
        for column in board["columns"]:
            if ("computation" in column) != ("computation_indexes" in column):
                raise _error(where, "computation and computation_indexes go together")
            if not set(column.get("computation_indexes", ())) <= set(columns):
                raise _error(where, "computation_indexes name no column")
    _check_order(competition["phases"])


def _check_entry(kind: str, entry: Any, where: str, files: Collection[str]) -> None:
    if not isinstance(entry, dict):
        raise _error(where, f"it must be a table of keys, not {entry!r:.80}")
    known = REQUIRED[kind] | OPTIONAL[kind]
    for key in entry:
        if key not in known:
            raise _error(where, f"unknown key {key!r}; known are {', '.join(known)}")
    for key in REQUIRED[kind]:
        if key not in entry:
            raise _error(where, f"{key} is missing")
    for key, value in entry.items():
        inside = f"{where}.{key}" if where else key
        wanted, fits = known[key]
        if not fits(value):
            raise _error(inside, f"it must be {wanted}, not {value!r:.80}")
        if known[key] is FILE:
            _check_file(inside, value, files)
        elif key in NESTED and known[key] is ENTRIES:
            for number, part in enumerate(value):
                _check_entry(key, part, f"{inside}[{number}]", files)


def _check_file(where: str, value: str, files: Collection[str]) -> None:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise _error(where, f"{value} leads out of the bundle")
    if str(path) not in files and not any(file.startswith(f"{path}/") for file in files):
        raise _error(where, f"there is no {value} in the bundle")


def _indexes(entries: list[dict[str, Any]], where: str) -> list[int]:
    found = [entry.get("index", number) for number, entry in enumerate(entries)]
    if len(set(found)) < len(found):
        raise _error(where, f"two entries have the same index: {found}")
    return found


def _check_order(phases: list[dict[str, Any]]) -> None:
    ordered = sorted(phases, key=lambda phase: phase.get("index", phases.index(phase)))
    if ordered[0].get("auto_migrate_to_this_phase"):
        raise _error("phases", "there is no phase before the first to migrate from")
    for number, phase in enumerate(ordered):
        end = phase.get("end")
        if end is None and number + 1 < len(ordered):
            raise _error("phases", f"{phase['name']} needs an end, since another follows")
        if end is not None and _time(end) <= _time(phase["start"]):
            raise _error("phases", f"{phase['name']} ends before it starts")
        if number and _time(phase["start"]) < _time(ordered[number - 1]["end"]):
            raise _error("phases", f"{phase['name']} starts before {ordered[number - 1]['name']} ends")


def _time(value: date | str) -> datetime:
    # Without a zone, as the platform reads it.
    return datetime.fromisoformat(str(value)).replace(tzinfo=None)


def _error(where: str, fault: str) -> BundleError:
    return BundleError(f"competition.yaml: {where}{': ' if where else ''}{fault}")
