"""Runs the ingestion and the scoring program side by side on one machine."""

from __future__ import annotations

import compileall
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.autodl_metadata import AutoDLMetadata
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.solution_file import read_solution
from autospeech.ending_with_parent import ending_with_parent
from autospeech.plain_text import plain_text
from autospeech.presets import find_preset
from autospeech.regular_file import read_json, read_lines
from autospeech.schedule.fusion_choice import with_fusion
from autospeech.statistics.trunk import Trunk
from autospeech.whole_writing import own_folder
from autospeech.yaml_lines import read_yaml_lines

PACKAGE = Path(__file__).resolve().parent
# In an installed package the programs travel inside it, in the repository they stand beside it.
PROGRAMS = PACKAGE / "programs" if (PACKAGE / "programs").is_dir() else PACKAGE.parent
PAGE, TRACE = "detailed_results.html", "trace.json"
# How long a program may take to end in good order.
ENDING_SECONDS = 60.0
# In bytes, of start.txt: 100,000 time stamps.
MOST_OF_A_FILE = 2_000_000


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Args:
        alc: Area under the learning curve, at most 1.
        predictions: How many were made.
        first_prediction: Seconds of the budget at the first; None without one.
        reason: How the run ended, in a line.
        success: Whether it ended as it should.
        page: The page with the learning curve.
        exit_code: 0 clean, 1 the submission failed, 2 the input is bad, 3 the machine failed, 130 stopped by
            Ctrl-C.
    """

    alc: float
    predictions: int
    first_prediction: float | None
    reason: str
    success: bool
    page: Path
    exit_code: int


def run_harness(
    dataset_dir: Path,
    out: Path,
    *,
    budget: float,
    preset: str = "default",
    warm_start: bool = True,
    encoder: Path | None = None,
    augment: str | None = None,
    mix_at: str | None = None,
    fusion: str | None = None,
    seed: int = 0,
    memory_limit: float | None = None,
    isolation: str = "auto",
    verbose: bool = False,
    submission: Path | None = None,
    report: Callable[[str, str], None] = lambda program, line: print(plain_text(line)),
) -> RunResult:
    """Run the submission on a data set under a budget, and score it.

    Args:
        dataset_dir: A data set in the AutoSpeech or AutoDL format.
        out: New folder for everything the run makes: `input`, `reference`, `submission`, `output`, `score`, and what
            was decided, `trace.json`.
        budget: Seconds inside train and test.
        preset: Name of the settings.
        warm_start: Whether to start from shipped weights.
        encoder: Weights of another encoder than the shipped one.
        augment: Augmentations in place of the preset's, or `auto`.
        mix_at: Layers to mix clips after in place of the preset's, of a network on waveforms.
        fusion: How networks on several features become one answer, one of `FUSION_CHOICES`; None for the preset's way.
        seed: Seeds everything.
        memory_limit: GiB that the submission may use; None for what the machine has.
        isolation: Whether the submission runs in namespaces of its own, where it sees its own files, Python and this
            package alone: `auto` where the machine allows it, `none`, or `required`.
        verbose: Whether the programs tell more.
        submission: A folder with a `model.py` of another's, which is run with the settings it brings in place of ours
            with a preset, warm start and seed.
        report: Called with the program (`ingestion` or `scoring`) and a line of its output; before them with `run` and
            where to watch.

    Returns:
        What the run came to.

    Raises:
        DatasetError: There is no whole data set.
        FileExistsError: `out` holds something already, or another program is writing there.
        WritingError: `out` cannot be written.
        ValueError: There is no such preset, augmentation, layer or fusion, `encoder` holds no such weights, or a limit
            is no finite number above 0.
    """
    found_preset = find_preset(preset)
    if augment is not None:
        # Loads Keras, which takes seconds; without it the run would end with the submission's error.
        from autospeech.schedule.portfolio import check_augmentation

        check_augmentation(found_preset.schedule, augment)
    if mix_at is not None:
        from autospeech.schedule.mixing_layers import check_mixing

        check_mixing(found_preset.schedule, mix_at)
    if fusion is not None:
        with_fusion(found_preset.schedule, fusion)
    for name, limit in {"budget": budget, "memory limit": memory_limit}.items():
        if limit is not None and not 0 < limit < float("inf"):
            raise ValueError(f"the {name} must be a finite number above 0, not {limit}")
    if encoder is not None:
        Trunk.load(encoder)  # a wrong one is told now and not by the submission
    found = _find(dataset_dir)
    if not found.solution.is_file():
        raise DatasetError(
            f"{found.solution}: there is no such file; without the labels of the test clips nothing can be scored"
        )
    labels = _check_solution(found)
    out = out.resolve()
    with own_folder(out):
        _lay_out(found, out, budget)
        if submission is None:
            settings: dict[str, str | bool | int] = {"preset": preset, "warm_start": warm_start, "seed": seed}
            # The submission may write there and nowhere else.
            trace = out / "trace"
            trace.mkdir()
            settings["trace"] = str(trace / TRACE)
            allowed = [f"--writable={trace}"]
            if encoder is not None:
                settings["encoder"] = str(encoder.resolve(strict=True))
                allowed.append(f"--visible={settings['encoder']}")
            if augment is not None:
                settings["augment"] = augment
            if mix_at is not None:
                settings["mix_at"] = mix_at
            if fusion is not None:
                settings["fusion"] = fusion
            _write_submission(out / "submission", settings)
        else:
            allowed = []
            shutil.copytree(submission, out / "submission", symlinks=True, ignore=_left_out)

        output, score = out / "output", out / "score"
        for folder in (output, score):
            folder.mkdir()
        more = ["--verbose"] if verbose else []
        ingestion_arguments = [
            f"--dataset_dir={out / 'input'}",
            f"--output_dir={output}",
            f"--ingestion_program_dir={PROGRAMS / 'ingestion'}",
            f"--code_dir={out / 'submission'}",
            f"--score_dir={score}",
            f"--time_budget={budget}",
            f"--isolation={isolation}",
            *allowed,
            *([] if memory_limit is None else [f"--memory_limit={memory_limit}"]),
            *more,
        ]
        scoring_arguments = [
            "--solution_dir=-",
            f"--prediction_dir={output}",
            f"--score_dir={score}",
            *more,
        ]
        # Where it is isolated the submission cannot keep what Python makes of our files, and would make it in each run.
        compileall.compile_dir(PACKAGE, quiet=2)
        report("run", f"watch {score / PAGE}")
        running: list[tuple[subprocess.Popen[str], threading.Thread]] = []
        with _signals_as_interrupts():
            try:
                ingestion = _start("ingestion", "ingestion.py", ingestion_arguments, report, running)
                scoring = _start("scoring", "score.py", scoring_arguments, report, running)
                _send_solution(scoring, found, labels)
                try:
                    ingestion.wait()
                except KeyboardInterrupt:
                    # It ends the submission, and writes how it ended, upon which the scorer ends by itself.
                    ingestion.send_signal(signal.SIGINT)
                    with suppress(subprocess.TimeoutExpired):
                        ingestion.wait(ENDING_SECONDS)
                if not (output / "end.txt").is_file():
                    scoring.terminate()
                with suppress(subprocess.TimeoutExpired):
                    scoring.wait(ENDING_SECONDS)
            finally:
                for program, reader in running:
                    _stop(program)
                    reader.join(ENDING_SECONDS)
                _keep(found, out)
        return _result(out, ingestion.returncode or scoring.returncode)


def _find(dataset_dir: Path) -> DataFolder:
    if not dataset_dir.is_dir():
        raise DatasetError(f"{dataset_dir}: there is no such folder; correct the name")
    found = DataFolder.find(dataset_dir)
    if found is None:
        inside = sorted(folder.name for folder in dataset_dir.iterdir() if folder.is_dir() and DataFolder.find(folder))
        raise DatasetError(
            f"{dataset_dir}: no folder NAME.data in it; "
            + (
                f"name one of the data sets that it holds: {', '.join(inside)}"
                if inside
                else "make a data set with `python -m autospeech convert SRC DST --to autospeech`"
            )
        )
    return found


def _lay_out(found: DataFolder, out: Path, budget: float) -> None:
    """Give the run a data set of its own, the solution apart from the rest."""
    data = out / "input" / f"{found.name}.data"
    shutil.copytree(found.data, data, copy_function=_link)
    meta = data / "meta.json"
    if meta.is_file():
        # The copy may be a link to the original, which must stay as it is.
        meta.unlink()
        meta.write_text(json.dumps(_read_meta(found) | {"time_budget": budget}), "utf-8")


def _keep(found: DataFolder, out: Path) -> None:
    """Put what the submission must not see, and what it wrote for us, where people look for it; it is gone now."""
    reference = out / "reference"
    reference.mkdir()
    shutil.copy2(found.solution, reference / f"{found.name}.solution")
    meta = out / "input" / f"{found.name}.data" / "meta.json"
    if meta.is_file():
        shutil.copy2(meta, reference / "meta.json")
    trace = out / "trace"
    if trace.is_dir():
        with suppress(OSError):
            (trace / TRACE).replace(out / TRACE)
        shutil.rmtree(trace, ignore_errors=True)


def _send_solution(scoring: subprocess.Popen[str], found: DataFolder, labels: npt.NDArray[np.float32]) -> None:
    """Send the scoring program the true labels, so that nothing that is shown of it names their file."""
    names = _read_meta(found).get("label_names")
    sent = {"name": found.name, "labels": labels.tolist(), "label_names": names}
    assert scoring.stdin is not None
    with suppress(BrokenPipeError), scoring.stdin:  # it has ended already, and says why
        scoring.stdin.write(json.dumps(sent))


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Leave out what Python makes anew; links are copied as links, which the ingestion program refuses."""
    for path in (Path(folder, name) for name in names):
        if not (path.is_symlink() or path.is_dir() or path.is_file()):
            raise DatasetError(f"{path}: a device, pipe or socket; a submission holds files and folders alone")
    return {"__pycache__"} & set(names)


def _check_solution(found: DataFolder) -> npt.NDArray[np.float32]:
    """Refuse a solution that does not fit the task before any of the budget is spent."""
    labels = read_solution(found.solution)
    wanted: tuple[int | None, int | None]
    if found.is_autodl:
        metadata = AutoDLMetadata.read(found.data / "test" / "metadata.textproto")
        wanted = metadata.sample_count, metadata.output_dim
    else:
        meta = _read_meta(found)
        wanted = meta.get("test_num", len(labels)), meta.get("class_num", labels.shape[1])
    if labels.shape != wanted:
        raise DatasetError(
            f"{found.solution}: {labels.shape[0]} rows of {labels.shape[1]} labels, but the task has "
            f"{wanted[0]} test clips and {wanted[1]} classes"
        )
    return labels


def _read_meta(found: DataFolder) -> dict[str, Any]:
    path = found.data / "meta.json"
    try:
        meta = read_json(path)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise DatasetError(f"{path}: not JSON ({error})") from None
    if not isinstance(meta, dict):
        raise DatasetError(f"{path}: it must hold a JSON object, not {type(meta).__name__}")
    return meta


def _link(source: str, target: str) -> None:
    """Link a large file where the file system can, else copy it."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copy2(source, target)


def _write_submission(folder: Path, settings: dict[str, str | bool | int]) -> None:
    folder.mkdir()
    shutil.copy2(PROGRAMS / "model.py", folder / "model.py")
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Treat a request to end, or a lost terminal, as Ctrl-C, so that no program is left running unseen."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(
    name: str,
    file: str,
    arguments: list[str],
    report: Callable[[str, str], None],
    running: list[tuple[subprocess.Popen[str], threading.Thread]],
) -> subprocess.Popen[str]:
    # The submission imports the package that is running now, installed or not.
    path = os.pathsep.join(part for part in (str(PACKAGE.parent), os.environ.get("PYTHONPATH")) if part)
    program = subprocess.Popen(
        ending_with_parent([sys.executable, "-u", str(PROGRAMS / name / file), *arguments]),
        stdin=subprocess.PIPE if name == "scoring" else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # TensorFlow's remarks on missing GPUs would stand before the reason of a failure.
        env={"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ, "PYTHONPATH": path},
        # A Ctrl-C is for this process to pass on in good order.
        start_new_session=True,
    )
    reader = threading.Thread(target=_pass_on, args=(name, program, report), daemon=True)
    running.append((program, reader))
    reader.start()
    return program


def _pass_on(name: str, program: subprocess.Popen[str], report: Callable[[str, str], None]) -> None:
    for line in program.stdout or ():
        report(name, line.rstrip("\n"))


def _stop(program: subprocess.Popen[str]) -> None:
    if program.poll() is None:
        program.terminate()
        try:
            program.wait(ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _result(out: Path, exit_code: int) -> RunResult:
    start = _read_fields(out / "output" / "start.txt")
    end = _read_fields(out / "output" / "end.txt")
    stamps = [_number(stamp) for key, stamp in start.items() if key.isdecimal()]
    first = min((stamp for stamp in stamps if math.isfinite(stamp)), default=None)
    if first is not None and first >= _number(start.get("start_time")):
        first -= _number(start.get("start_time"))
    return RunResult(
        alc=_number(_read_fields(out / "score" / "scores.txt").get("score", "0")),
        predictions=len(stamps),
        first_prediction=first,
        reason=str(end.get("reason", "the ingestion program left no word")),
        success=str(end.get("ingestion_success")).lower() in ("1", "1.0", "true"),
        page=out / "score" / PAGE,
        exit_code=exit_code,
    )


def _read_fields(path: Path) -> dict[str, object]:
    """Return what a program has left; nothing where it is none of what programs leave."""
    with suppress(OSError, ValueError):
        return read_yaml_lines(read_lines(path, MOST_OF_A_FILE)) or {}
    return {}


def _number(value: object) -> float:
    with suppress(ValueError):
        return float(str(value))
    return float("nan")
