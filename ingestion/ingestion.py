"""Ingestion program: runs a submission on a data set under a time budget and writes down what it predicts.

A drop-in for the ingestion programs of AutoSpeech and AutoDL 2019/2020. It runs alone, with NumPy and PyYAML
(TensorFlow for AutoDL data only). Exit code 0: clean; 1: the submission failed; 2: the input is bad; 3: the machine
failed, as by a full disk.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import secrets
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
from keeper import STOPPING, Due, keep
from machine_fault import MachineFaultError, machine_fault
from output_folder import OutputFolder
from plain_text import plain_text
from private_folder import PrivateFolder
from process_tree import adopt_orphans, available_bytes, come_first
from submission_environment import environment_without
from submission_fault import SubmissionFaultError
from submission_process import SubmissionProcess
from submission_watch import SubmissionWatch
from task_limit import TaskLimit, default_task_limit
from tree_removal import remove_tree

_HERE = Path(__file__).resolve().parent
_RUNNER_FILES = (
    "runner.py",
    "safe_unpickler.py",
    "autodl_dataset.py",
    "autodl_metadata.py",
    "regular_file.py",
    "text_proto.py",
)
_TRACEBACK_LINES = 15
_NAMES_SHOWN = 10
SUBMISSION_FAILED, BAD_INPUT, MACHINE_FAILED = 1, 2, 3
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
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # until it is clear what they end

    def say(line: str, detail: bool = False) -> None:
        if detail and not options.verbose:
            return
        stamp = f"[{time.monotonic() - start:8.2f} s] " if options.verbose else ""
        # What the submission says may hold what a terminal takes for a command.
        with contextlib.suppress(OSError):  # nobody reads any more; the run goes on
            print(stamp + plain_text(line), flush=True)

    try:
        output = OutputFolder(options.output_dir)
    except BadInputError as error:
        return _end(None, Outcome(False, f"bad input: {error}"), BAD_INPUT, options, say, None)
    except MachineFaultError as error:
        return _end(None, Outcome(False, str(error)), MACHINE_FAILED, options, say, None)
    hide_start(b"ingestion")
    limit = TaskLimit(options.task_limit)
    # Made by the worker, and removed by whichever process comes to it.
    private = Path(tempfile.gettempdir(), f"ingestion-{secrets.token_hex(8)}")

    def when_ended_badly(what: str) -> int:
        return _end(output, Outcome(False, f"the ingestion program {what}"), SUBMISSION_FAILED, options, say, private)

    code = keep(lambda due: _work(options, output, private, limit, due, say), when_ended_badly)
    limit.close()
    return code


def _work(
    options: argparse.Namespace,
    output: OutputFolder,
    private: Path,
    limit: TaskLimit,
    due: Due,
    say: Callable[..., None],
) -> int:
    keeper = os.getppid()
    for number in STOPPING:
        signal.signal(number, _interrupt)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        outcome, code = _run(options, output, private, limit, due, say)
    except BadInputError as error:
        outcome, code = Outcome(False, f"bad input: {error}"), BAD_INPUT
    except MachineFaultError as error:
        remove_tree(private)
        outcome, code = _after_machine_fault(output, error)
    except OSError as error:
        fault = machine_fault(error)
        outcome = Outcome(False, fault or f"bad input: {error}", traceback.format_exc() if fault else "")
        code = MACHINE_FAILED if fault else BAD_INPUT
    except Interrupted as interrupted:
        name = signal.Signals(interrupted.number).name
        gone = os.getppid() != keeper
        outcome = Outcome(
            False, "the first process of the ingestion program was killed" if gone else f"stopped by {name}"
        )
        code = 128 + interrupted.number
    except Exception as error:
        outcome = Outcome(False, f"the ingestion program itself failed: {error!r}", traceback.format_exc())
        code = SUBMISSION_FAILED
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    return _end(output, outcome, code, options, say, private)


def _after_machine_fault(output: OutputFolder, fault: MachineFaultError) -> tuple[Outcome, int]:
    """The submission and its files are gone; what is written now did not fit before because of them."""
    try:
        output.restore()
    except MachineFaultError as still:
        return Outcome(False, str(still)), MACHINE_FAILED
    if output.predictions:
        return Outcome(
            False, f"the submission filled the disk; what it had predicted is kept ({fault})"
        ), SUBMISSION_FAILED
    return Outcome(False, str(fault)), MACHINE_FAILED


def _end(
    output: OutputFolder | None,
    outcome: Outcome,
    code: int,
    options: argparse.Namespace,
    say: Callable[..., None],
    private: Path | None,
) -> int:
    """Write the end of the run, tell it, and return the exit code."""
    if output:
        try:
            if not output.has_started:
                output.start("unknown", options.time_budget)
            output.end(outcome.success, outcome.reason)
        except MachineFaultError as error:
            say(f"{error}; some predictions may be missing")
            code = code or MACHINE_FAILED
        for name in sorted(output.repaired)[:_NAMES_SHOWN]:
            say(f"{name!r} in --output_dir was changed or made by another program; it has been restored or removed")
        if (more := len(output.repaired) - _NAMES_SHOWN) > 0:
            say(f"and so were {more} more")
    for left in remove_tree(private) if private else []:  # after the end is told, since it may take a while
        say(f"not removed: {left}")
    for line in outcome.details.splitlines()[-_TRACEBACK_LINES:]:
        say(f"    {line}")
    say(f"{'finished' if code == 0 else 'failed'}: {' '.join(outcome.reason.split())}")
    return code


def _run(
    options: argparse.Namespace,
    output: OutputFolder,
    temporary: Path,
    limit: TaskLimit,
    due: Due,
    say: Callable[..., None],
) -> tuple[Outcome, int]:
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
        return Outcome(False, "the submission has no model.py at the top of its folder"), SUBMISSION_FAILED
    memory_limit = options.memory_limit * 2**30 if options.memory_limit else available_bytes() * _SHARE_OF_MEMORY
    hidden = [options.dataset_dir, options.dataset_dir.resolve()]
    environment = environment_without(hidden, os.environ)

    def still_waiting(seconds: float) -> None:
        say(f"... the submission has been at it for {seconds:.0f} s")

    adopt_orphans()
    temporary.mkdir(mode=0o700)
    process = None
    watch = SubmissionWatch(memory_limit, options.task_limit, output.guard)
    log = BoundedLog(output.path / "submission.log", echo=options.verbose)
    try:
        say("copying the code into a private folder", detail=True)
        private = PrivateFolder(temporary)
        for name in _RUNNER_FILES:
            shutil.copyfile(_HERE / name, private.seen / "runner" / name)
        try:
            copy_code(options.code_dir, private.seen / "code", {*hidden, options.output_dir, options.score_dir})
        except SubmissionFaultError as fault:
            return Outcome(False, fault.reason), SUBMISSION_FAILED
        task.stage_metadata(private.seen / "data")
        isolation, told = find_isolation(
            options.isolation,
            private,
            readable=options.visible,
            writable=options.writable,
            hidden=[*hidden, options.output_dir, options.score_dir, options.code_dir],
        )
        say(told)
        limit.enter()
        process = SubmissionProcess(private, isolation, task.kind, environment, log, watch, due, still_waiting)
        limit.leave()
        come_first()
        hide_memory()  # after the start: without it, closing descriptors there would be slow for other users than root
        say(f"submission started with at most {memory_limit / 2**30:.3g} GiB of memory", detail=True)
        outcome = AnytimeLoop(process, private.seen / "data", task, output, budget, options.init_budget, say).run()
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # the clearing up is short and must not be left half done
        limit.leave()
        limit.freeze()
        if process and not process.stop():
            say("some process of the submission could not be killed")
        limit.close()
        log.close()
    return outcome, 0 if outcome.success else SUBMISSION_FAILED


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
        "--task_limit",
        type=_count,
        default=default_task_limit(),
        help="processes and threads of the submission at once; by default 500 and 64 for each core",
    )
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


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return value


def _existing(text: str) -> Path:
    path = Path(text).absolute()
    if not path.exists():
        raise argparse.ArgumentTypeError(f"{text}: there is no such file or folder")
    return path


def _interrupt(number: int, frame: FrameType | None) -> None:
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)
    raise Interrupted(number)


if __name__ == "__main__":
    sys.exit(main())
