"""Where the time before the first answer goes.

Run with `python -m benchmarks.profile DATASET [--budget 120] [--preset NAME] [--out FILE.json]`. All in one process:
the import, the construction, one train and test by the clock alone for true times, and one by a second model under
cProfile, whose own work slows Python down. cProfile sees the main thread alone: what other threads do stands under the
function that waits for them.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, commit, machine
from benchmarks.tasks import read_for

TOP = 25
Function = tuple[str, int, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Profile and print; returns 0, or 2 for bad input."""
    options = _parse(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        dataset, metadata = read_for(options.preset, options.dataset)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    train, test = (dataset.train.clips, dataset.train.labels), dataset.test.clips
    seconds: dict[str, float] = {}

    def timed(step: str, action: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = action()
        seconds[step] = time.perf_counter() - start
        return done

    model_class = timed("import", _import_model)
    settings = {"preset": options.preset, "seed": options.seed}
    model = timed("__init__", lambda: model_class(metadata, **settings))
    timed("train", lambda: model.train(train, options.budget))
    timed("test", lambda: model.test(test, options.budget - seconds["train"]))
    seconds["first answer"] = seconds["train"] + seconds["test"]

    model = timed("second __init__", lambda: model_class(metadata, **settings))
    profiler = cProfile.Profile()
    start = time.perf_counter()
    profiler.enable()
    model.train(train, options.budget)
    model.test(test, options.budget - (time.perf_counter() - start))
    profiler.disable()
    seconds["first answer, profiled"] = time.perf_counter() - start

    stats: dict[Function, tuple] = pstats.Stats(profiler).stats
    report = {
        "dataset": dataset.name,
        "budget": options.budget,
        "preset": options.preset,
        "seed": options.seed,
        "commit": commit(),
        "machine": machine(),
        "seconds": seconds,
        "rooms": rooms(stats),
        "functions": functions(stats),
    }
    _show(report)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
        print(f"written to {options.out}")
    return 0


def rooms(stats: dict[Function, tuple]) -> list[dict[str, Any]]:
    """Return the time of each room of the project and of each package outside.

    Args:
        stats: `pstats.Stats.stats`.

    Returns:
        The project's rooms first, by falling cumulative time: `room`, `own` seconds in its functions themselves, and
        `cumulative` seconds from each entry into the room to the return. What a room calls counts for it too, so these
        do not add up; a room that is entered again from below itself is counted twice there.
    """
    own: defaultdict[str, float] = defaultdict(float)
    cumulative: defaultdict[str, float] = defaultdict(float)
    for function, (_, _, own_seconds, whole_seconds, callers) in stats.items():
        room = room_of(function)
        own[room] += own_seconds
        if not callers:
            cumulative[room] += whole_seconds
        for caller, (_, _, _, seconds) in callers.items():
            if room_of(caller) != room:
                cumulative[room] += seconds
    found: list[dict[str, Any]] = [{"room": room, "own": own[room], "cumulative": cumulative[room]} for room in own]
    return sorted(found, key=lambda each: (not each["room"].startswith("autospeech"), -each["cumulative"]))


def functions(stats: dict[Function, tuple]) -> list[dict[str, Any]]:
    """Return the functions with the most own time, by falling own time."""
    ranked = sorted(stats.items(), key=lambda item: -item[1][2])[:TOP]
    return [
        {"function": _name(function), "calls": calls, "own": own, "cumulative": whole}
        for function, (_, calls, own, whole, _) in ranked
    ]


def room_of(function: Function) -> str:
    """Return the room or package that a function lives in.

    Example:
        >>> room_of((str(ROOT / "autospeech" / "audio" / "decode.py"), 3, "decode"))
        'autospeech/audio'
        >>> room_of((str(ROOT / "autospeech" / "clock.py"), 3, "left"))
        'autospeech/clock.py'
        >>> room_of(("/x/site-packages/keras/src/a.py", 3, "f")), room_of(("~", 0, "<built-in len>"))
        ('keras', 'built in')
    """
    file = Path(function[0])
    if function[0] == "~":
        return "built in"
    if file.is_relative_to(ROOT / "autospeech"):
        return "/".join(file.relative_to(ROOT).parts[:2])
    if "site-packages" in file.parts:
        return file.parts[file.parts.index("site-packages") + 1].removesuffix(".py")
    return "standard library and the rest"


def _import_model() -> type:
    from autospeech.competition import Model

    return Model


def _name(function: Function) -> str:
    file, line, name = function
    if file == "~":
        return name
    path = Path(file)
    if path.is_relative_to(ROOT / "autospeech"):
        return f"{path.relative_to(ROOT)}:{line} {name}"
    start = path.parts.index("site-packages") + 1 if "site-packages" in path.parts else -2
    return f"{'/'.join(path.parts[start:])}:{line} {name}"


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    times = Table(title=f"{report['dataset']}, preset {report['preset']}, budget {report['budget']:g} s")
    times.add_column("step")
    times.add_column("s", justify="right")
    for step, seconds in report["seconds"].items():
        times.add_row(step, f"{seconds:.3f}")
    console.print(times)
    for title, rows, what in (
        ("By room or package (profiled)", report["rooms"], "room"),
        ("Functions with the most time of their own (profiled)", report["functions"], "function"),
    ):
        table = Table(title=title)
        table.add_column(what, overflow="fold")
        for column in ("own s", "cumulative s", *(["calls"] if what == "function" else [])):
            table.add_column(column, justify="right")
        for row in rows:
            if row["own"] < 0.001 and row["cumulative"] < 0.01:
                continue
            calls = [str(row["calls"])] if "calls" in row else []
            table.add_row(row[what].replace("[", "\\["), f"{row['own']:.3f}", f"{row['cumulative']:.3f}", *calls)
        console.print(table)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path, help="data set, CSV or audio folder")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds that the model is told")
    parser.add_argument("--preset", default="default", help="named settings")
    parser.add_argument("--seed", type=int, default=0, help="seeds everything")
    parser.add_argument("--out", type=Path, help="JSON with all of it")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
