"""Read damaged inputs of one kind, and print a line of JSON before and after each; a parent watches.

python fuzz_worker.py KIND FIRST LAST FOLDER
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import sys
import time
import traceback
import warnings
from pathlib import Path

from fuzz_faulty_kind import faulty
from fuzz_kind import Kind
from fuzz_kinds import KINDS
from fuzz_mutations import mutated

# Far above what is allowed, so that what takes more is told as such and does not harm the machine.
MOST_MEMORY = 3 * 2**30


def input_of(kind_name: str, number: int, kind: Kind) -> tuple[str, bytes]:
    """The name of the damaged file and its content: the same for a kind and a number at all times."""
    rng = random.Random(f"{kind_name} {number}")
    name = rng.choice(list(kind.targets))
    made = kind.make(rng, name, kind.files[name]) if kind.make is not None and rng.random() < 0.5 else None
    if made is not None:
        return name, made
    return name, mutated(kind.files[name], [kind.files[target] for target in kind.targets], rng)


def _resident(key: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Run the inputs FIRST to LAST - 1."""
    kind_name, first, last, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    if "FUZZ_LOUD" not in os.environ:
        os.dup2(silent, 2)
    warnings.simplefilter("ignore")
    kind = (faulty if kind_name == "faulty" else KINDS[kind_name])(folder)
    for name, content in kind.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for name in kind.targets:
        kind.read(folder, name)  # the valid input is read, and all is imported before the first is timed
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    os.environ["TMPDIR"] = str(folder.parent)
    for number in range(first, last):
        name, content = input_of(kind_name, number, kind)
        (folder / name).write_bytes(content)
        print(json.dumps({"begins": number}), file=answers)
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
        before, wall, cpu = _resident("VmRSS"), time.perf_counter(), time.process_time()
        outcome, where = "read", ""
        try:
            kind.read(folder, name)
        except kind.documented as error:
            outcome = type(error).__name__
            try:
                str(error).encode()
            except UnicodeEncodeError:
                outcome, where = "unprintable message", repr(str(error))[:300]
        except BaseException as error:
            outcome = f"undocumented {type(error).__name__}"
            frames = traceback.extract_tb(error.__traceback__)[::-1][:6]
            where = f"{error!r:.200} at " + " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in frames)
        seconds = min(time.perf_counter() - wall, time.process_time() - cpu)
        told = {"done": number, "outcome": outcome, "where": where, "seconds": round(seconds, 4)}
        print(json.dumps(told | {"megabytes": round(_resident("VmHWM") - before, 1)}), file=answers)
        (folder / name).write_bytes(kind.files[name])


if __name__ == "__main__":
    main()
