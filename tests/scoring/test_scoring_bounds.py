"""Files of a run that are no files, or far too large: nothing hangs or grows, and the rest of the run is scored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from bounded_calls import BoundedCalls

LABELS = np.eye(2)[[0, 1, 0, 1]]
SCORING = Path(__file__).parents[2] / "scoring"


@pytest.fixture(scope="module")
def scoring() -> Iterator[BoundedCalls]:
    calls = BoundedCalls(SCORING)
    yield calls
    calls.close()


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    os.utime(path, (1, 1))


def device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")
    os.utime(path, (1, 1), follow_symlinks=False)


@pytest.mark.parametrize("spoil", [pipe, device])
def test_what_is_no_file_does_not_hold_the_scoring_up(run_files, spoil: Callable[[Path], None]) -> None:
    run_files.finished(LABELS, [LABELS, LABELS], [1.0, 2.0])
    for name in ("demo.predict_0", "end.txt"):
        spoil(run_files.predictions / name)
    done = run_files.score("--poll=0.05")
    assert done.exit_code == 0
    assert "prediction 0 does not count: it has no file of its own" in done.stderr
    assert [point["nauc"] for point in done.curve["predictions"]] == [None, 1.0]
    assert done.curve["success"] is None
    assert done.curve["reason"] == "end.txt is there but cannot be read"

    spoil(run_files.predictions / "start.txt")
    done = run_files.score("--poll=0.05", "--timeout=0.2")
    assert done.exit_code == 1
    assert "start.txt: this is not the YAML" in done.stderr

    spoil(run_files.solutions / "demo.solution")
    done = run_files.score("--poll=0.05", "--timeout=0.2")
    assert done.exit_code == 2
    assert "a regular file is needed" in done.stderr


def test_a_prediction_is_as_large_as_the_solution_at_most(run_files) -> None:
    run_files.finished(LABELS, [LABELS, LABELS], [1.0, 2.0])
    (run_files.predictions / "demo.predict_1").write_bytes(b"0 " * 5_000_000)
    done = run_files.score()
    assert done.exit_code == 0
    assert "prediction 1 does not count" in done.stderr
    assert "it has 10,000,000 bytes; 1,320 are the most that is read" in done.stderr


def test_numbers_of_predictions_and_names_of_tasks_that_are_too_long(run_files) -> None:
    run_files.finished(LABELS, [LABELS], [1.0])
    for number in ("99999999999999999999", *range(100, 150)):
        (run_files.predictions / f"demo.predict_{number}").write_text("0 1\n")
    header = run_files.header().replace('"demo"', "a" * 3000)
    (run_files.predictions / "start.txt").write_text(header + "0: 1\n99999999999999999999: 2\n")
    done = run_files.score()
    assert done.exit_code == 0
    assert done.curve["alc"] > 0.9
    told = [line for line in done.stderr.splitlines() if "start.txt has no time for it" in line]
    assert len(told) == 21
    assert told[-1] == "warning: each of 31 more predictions does not count: start.txt has no time for it"


def test_a_million_time_stamps(run_files) -> None:
    run_files.finished(LABELS, [LABELS], [1.0])
    stamps = "".join(f"{number}: {number * 1e-5:.5f}\n" for number in range(1_000_000))
    (run_files.predictions / "start.txt").write_text(run_files.header() + stamps)
    done = run_files.score()
    assert done.exit_code == 0
    assert len(done.curve["predictions"]) == 101
    assert "more predictions do not count: they have no files" in done.stderr


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
END = "ingestion_success: 1\nend_time: 1\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{LAUGHS}{END}reason: *a9\n", "*a9"),
        (f"{END}reason: {'[' * 20_000}\n", "[" * 2000 + "…"),
        (f"{END}reason: '{'a' * 40_000}'\n", "a" * 2000 + "…"),
        (f"{END}reason: ValueError: [1, {{2}}]\n", "ValueError: [1, {2}]"),
    ],
    ids=["aliases", "brackets", "length", "a few brackets"],
)
def test_reasons(scoring: BoundedCalls, text: str, reason: str) -> None:
    found = scoring("run_end:RunEnd.parse", text).check()
    assert found.value.startswith(f"RunEnd(success=True, reason={reason!r}"[:1000])


@pytest.mark.parametrize(
    "meta", ["[" * 100_000, '{"label_names": [' + "9" * 5000 + ', "b"]}', "{" + " " * 6_000_000 + "}"], ids=len
)
def test_names_are_an_extra(scoring: BoundedCalls, tmp_path: Path, meta: str) -> None:
    (tmp_path / "demo.solution").write_text("1 0\n0 1\n")
    (tmp_path / "meta.json").write_text(meta)
    found = scoring("solution:read_solution", tmp_path, None).check()
    assert "label_names=('class 0', 'class 1')" in found.value


@pytest.mark.parametrize("text", [b"0" * 20_000_000, b"0 " * 10_000_000, b"1+2j 0\n", b"\0 1\n"], ids=len)
def test_solutions(scoring: BoundedCalls, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "demo.solution").write_bytes(text)
    error = scoring("solution:read_solution", tmp_path, None).check().error
    assert error.startswith(f"BadInputError: {tmp_path / 'demo.solution'}: not a matrix of numbers")
