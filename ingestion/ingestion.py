"""Ingestion program: runs a submission on a data set under a time budget and writes down what it predicts.

A drop-in for the ingestion programs of AutoSpeech and AutoDL 2019/2020. It runs alone, with NumPy and PyYAML
(TensorFlow for AutoDL data only). Exit code 0: clean; 1: the submission failed; 2: the input is bad.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from anytime_loop import AnytimeLoop, Outcome
from autodl_input import check_autodl
from autospeech_input import check_autospeech
from bad_input_error import BadInputError
from bounded_log import BoundedLog
from code_copy import copy_code
from concealment import hide_memory, hide_start
from data_set_folder import find_data_set
from isolation import find_isolation
from output_folder import OutputFolder
from private_folder import PrivateFolder
from process_tree import adopt_orphans, available_bytes
from submission_environment import environment_without
from submission_fault import SubmissionFaultError
from submission_process import SubmissionProcess

_HERE = Path(__file__).resolve().parent
_RUNNER_FILES = ("runner.py", "safe_unpickler.py", "autodl_dataset.py", "autodl_metadata.py", "text_proto.py")
_TRACEBACK_LINES = 15
_SHARE_OF_MEMORY = 0.9  # of what is free at the start, unless --memory_limit says otherwise


class Interrupted(BaseException):
    """A signal asked this program to stop."""

    def __init__(self, number: int):
        super().__init__(number)
        self.number = number


def main() -> int:
    """Run the program; returns its exit code."""
    start = time.monotonic()
    options = _parse()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _interrupt)

    def say(line: str, detail: bool = False) -> None:
        if detail and not options.verbose:
            return
        stamp = f"[{time.monotonic() - start:8.2f} s] " if options.verbose else ""
        # What the submission says may hold what a terminal takes for a command.
        line = "".join(char if char.isprintable() else " " for char in line)
        with contextlib.suppress(OSError):  # nobody reads any more; the run goes on
            print(stamp + line, flush=True)

    output = None
    try:
        output = OutputFolder(options.output_dir)
        outcome, code = _run(options, output, say)
    except (BadInputError, OSError) as error:
        outcome, code = Outcome(False, f"bad input: {error}"), 2
    except Interrupted as interrupted:
        outcome = Outcome(False, f"stopped by {signal.Signals(interrupted.number).name}")
        code = 128 + interrupted.number
    except Exception as error:
        outcome = Outcome(False, f"the ingestion program itself failed: {error!r}", traceback.format_exc())
        code = 1
    if output:
        with contextlib.suppress(OSError):
            if not (output.path / "start.txt").exists():
                output.start("unknown", options.time_budget)
            output.end(outcome.success, outcome.reason)
    for line in outcome.details.splitlines()[-_TRACEBACK_LINES:]:
        say(f"    {line}")
    say(f"{'finished' if code == 0 else 'failed'}: {' '.join(outcome.reason.split())}")
    return code


def _run(options: argparse.Namespace, output: OutputFolder, say: Callable[..., None]) -> tuple[Outcome, int]:
    folder = find_data_set(options.dataset_dir)
    if not options.code_dir.is_dir():
        raise BadInputError(f"{options.code_dir}: no such folder; --code_dir is the folder that holds model.py")
    say(f"reading the {folder.kind} data set {folder.name}", detail=True)
    task = check_autospeech(folder) if folder.kind == "autospeech" else check_autodl(folder)
    budget = options.time_budget if task.time_budget is None else task.time_budget
    output.start(task.name, budget, absolute=task.kind == "autodl")
    say(
        f"task {task.name}: {task.class_num} classes, {task.train_num} training and {task.test_num} test clips, "
        f"budget {budget:g} s"
    )
    if not any((options.code_dir / name).exists() for name in ("model.py", "model")):
        return Outcome(False, "the submission has no model.py at the top of its folder"), 1
    memory_limit = options.memory_limit * 2**30 if options.memory_limit else available_bytes() * _SHARE_OF_MEMORY
    hidden = [options.dataset_dir, options.dataset_dir.resolve()]
    environment = environment_without(hidden, os.environ)

    def still_waiting(seconds: float) -> None:
        say(f"... the submission has been at it for {seconds:.0f} s")

    hide_start(b"ingestion")
    adopt_orphans()
    temporary = Path(tempfile.mkdtemp(prefix="ingestion-"))
    process = None
    log = BoundedLog(output.path / "submission.log", echo=options.verbose)
    try:
        say("copying the code into a private folder", detail=True)
        private = PrivateFolder(temporary)
        for name in _RUNNER_FILES:
            shutil.copyfile(_HERE / name, private.seen / "runner" / name)
        try:
            copy_code(options.code_dir, private.seen / "code", {*hidden, options.output_dir, options.score_dir})
        except SubmissionFaultError as fault:
            return Outcome(False, fault.reason), 1
        task.stage_metadata(private.seen / "data")
        isolation, told = find_isolation(
            options.isolation,
            private,
            readable=options.visible,
            writable=options.writable,
            hidden=[*hidden, options.output_dir, options.score_dir, options.code_dir],
        )
        say(told)
        process = SubmissionProcess(private, isolation, task.kind, environment, log, memory_limit, still_waiting)
        hide_memory()  # after the start: without it, closing descriptors there would be slow for other users than root
        say(f"submission started with at most {memory_limit / 2**30:.3g} GiB of memory", detail=True)
        outcome = AnytimeLoop(process, private.seen / "data", task, output, budget, options.init_budget, say).run()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # the clearing up is short and must not be left half done
        if process and not process.stop():
            say("some process of the submission could not be killed")
        log.close()
        shutil.rmtree(temporary, ignore_errors=True)
    return outcome, 0 if outcome.success else 1


def _parse() -> argparse.Namespace:
    root = _HERE.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--dataset_dir", type=Path, default=root / "sample_data", help="holds NAME.data, or NAME/NAME.data"
    )
    parser.add_argument(
        "--output_dir", type=Path, default=root / "sample_result_submission", help="start.txt, NAME.predict_K, end.txt"
    )
    parser.add_argument(
        "--ingestion_program_dir", type=Path, default=_HERE, help="taken as the platforms give it; not needed"
    )
    parser.add_argument("--code_dir", type=Path, default=root / "code_submission", help="the submission, with model.py")
    parser.add_argument(
        "--score_dir", type=Path, default=root / "scoring_output", help="taken as the platforms give it; not needed"
    )
    parser.add_argument(
        "--time_budget", type=_seconds, default=1200.0, help="seconds in train and test; the data set's own one wins"
    )
    parser.add_argument("--init_budget", type=_seconds, default=1200.0, help="seconds for import and __init__")
    parser.add_argument("--memory_limit", type=_seconds, help="GiB for the submission; by default most of what is free")
    parser.add_argument(
        "--isolation",
        choices=("auto", "none", "required"),
        default="auto",
        help="namespaces of its own for the submission: where the machine allows it, never, or not without",
    )
    parser.add_argument(
        "--visible",
        type=_existing,
        action="append",
        default=[],
        help="one more path that it may read when isolated",
    )
    parser.add_argument(
        "--writable", type=_existing, action="append", default=[], help="one more folder that it may write to"
    )
    parser.add_argument("--verbose", action="store_true", help="tell more, and show what the submission prints")
    options = parser.parse_args()
    for name in ("dataset_dir", "output_dir", "code_dir", "score_dir"):
        setattr(options, name, Path(os.path.normpath(getattr(options, name).absolute())))
    # CodaLab v1.5 hands out run/input and run/program, and lays the data and the submission beside them.
    if options.dataset_dir.parts[-2:] == ("run", "input") and options.code_dir.parts[-2:] == ("run", "program"):
        options.dataset_dir = options.dataset_dir.with_name("input_data")
        options.code_dir = options.code_dir.with_name("submission")
    return options


def _seconds(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def _existing(text: str) -> Path:
    path = Path(text).absolute()
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text}: there is no such file or folder")
    return path


def _interrupt(number: int, frame: FrameType | None) -> None:
    for other in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)


if __name__ == "__main__":
    sys.exit(main())
