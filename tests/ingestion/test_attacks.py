"""A submission that attacks the program: the run ends in time, nothing survives, and what it predicted is kept."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from pathlib import Path

import pytest
from ingestion_program import processes_that_mention

_MOST_PROCESSES = 300
slow = pytest.mark.slow

# attack, exit code, predictions kept, what end.txt says
ATTACKS = [
    ("fork_storm", 1, 1, "had more than 100 processes and threads at once"),
    pytest.param("fork_storm_in_own_sessions", 1, 1, "had more than 100 processes and threads at once", marks=slow),
    pytest.param("hop", 0, 1, "time budget used up", marks=slow),
    pytest.param("outlive_the_first_thread", 0, 1, "time budget used up", marks=slow),
    pytest.param("send_every_signal", 0, 1, "time budget used up", marks=slow),
    ("stop_both", 0, 1, "time budget used up"),
    pytest.param("stop_both_over_and_over", 0, 1, "time budget used up", marks=slow),
    ("kill_the_worker", 1, 1, "the ingestion program was killed from outside by SIGKILL"),
    ("kill_the_keeper", -signal.SIGKILL, 1, "the first process of the ingestion program was killed"),
    pytest.param("bury", 0, 2, "done_training", marks=slow),
    pytest.param("forge", 0, 2, "done_training", marks=slow),
    ("put_folders_in_place", 0, 2, "done_training"),
    pytest.param("move_the_output", 0, 2, "done_training", marks=slow),
    pytest.param("close_the_output", 0, 2, "done_training", marks=slow),
]


@pytest.fixture
def few_processes():
    """At most 300 more processes, whatever goes wrong with the program's own bound; gives those that there are."""
    if os.getuid() == 0:
        home = Path("/sys/fs/cgroup/pids")
        group = home / f"test-{os.getpid()}"
        try:
            group.mkdir()
            (group / "pids.max").write_text(str(_MOST_PROCESSES))
            (group / "cgroup.procs").write_text(str(os.getpid()))
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
            pytest.xfail("root may make no cgroup here, without which a storm of processes has no bound")
        yield lambda: (group / "cgroup.procs").read_text().split()
        (home / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()
    else:
        soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        resource.setrlimit(resource.RLIMIT_NPROC, (_own_threads() + _MOST_PROCESSES, hard))
        yield lambda: [str(os.getpid())]
        resource.setrlimit(resource.RLIMIT_NPROC, (soft, hard))


def _own_threads() -> int:
    mine = [path for path in Path("/proc").glob("[0-9]*") if path.exists() and path.stat().st_uid == os.getuid()]
    return sum(len(list(path.glob("task/*"))) for path in mine)


def _assert_alone(processes) -> None:
    deadline = time.monotonic() + 2  # what has just ended counts for a moment
    while processes() != [str(os.getpid())]:
        assert time.monotonic() < deadline, processes()
        time.sleep(0.05)


def _attack(run_program, data_set, tmp_path, attack: str, private: Path | None = None, isolation: str = "none"):
    private = private or tmp_path / "private"
    private.mkdir(exist_ok=True)
    flags = ["--time_budget", "1.5", "--task_limit", "100", "--isolation", isolation]
    variables = {"ATTACK": attack, "OUTPUT": str(tmp_path / "output"), "TMPDIR": str(private)}
    run = run_program(data_set, "attacker", *flags, **variables)
    past = max(0.0, run.seconds - 1.5)
    print("\n" + run.row(attack, past))
    assert past <= 10
    assert not list(private.iterdir())
    assert not processes_that_mention(str(private))
    assert not [path for path in run.output.iterdir() if path.name.startswith(".")]
    return run


@pytest.mark.parametrize(("attack", "code", "kept", "reason"), ATTACKS)
def test_what_an_attack_leaves(few_processes, run_program, data_set, tmp_path, attack, code, kept, reason):
    run = _attack(run_program, data_set, tmp_path, attack)
    _assert_alone(few_processes)
    assert run.code == code, run.stdout + run.stderr
    assert reason in run.end["reason"]
    assert run.end["ingestion_success"] == (code == 0)
    assert [prediction[0, 0] for prediction in run.predictions] == [0.25, 0.5][:kept]
    assert run.start["task_name"] == "hidden_task" and run.start["time_budget"] == 1.5
    assert all(0 <= stamp <= 1.5 for stamp in run.stamps)


@slow
@pytest.mark.parametrize(
    "attack", ["fork_storm", "fork_storm_in_own_sessions", "hop", "outlive_the_first_thread", "bury"]
)
def test_what_an_isolated_attack_leaves(few_processes, run_program, data_set, tmp_path, attack):
    run = _attack(run_program, data_set, tmp_path, attack, isolation="auto")
    _assert_alone(few_processes)
    wanted = {"bury": "done_training", "hop": "time budget used up", "outlive_the_first_thread": "time budget used up"}
    assert wanted.get(attack, "had more than 100 processes and threads at once") in run.end["reason"]
    assert len(run.predictions) == (2 if attack == "bury" else 1)


def test_forged_files_go_while_the_run_lasts(run_program, data_set, tmp_path):
    run = _attack(run_program, data_set, tmp_path, "forge_and_look")
    assert "seen later: False False" in (run.output / "submission.log").read_text()
    for name in ("end.txt", "start.txt", "hidden_task.predict_0", "hidden_task.predict_7", "other.predict_1"):
        assert f"{name!r} in --output_dir was changed or made by another program" in run.stdout
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    ("attack", "options"),
    [("fill_the_disk", "size=1m"), pytest.param("use_all_inodes", "size=4m,nr_inodes=100", marks=slow)],
)
def test_a_submission_that_fills_the_disk_loses_no_prediction(
    run_program, data_set, tmp_path, small_disk, attack, options
):
    disk = small_disk(options)
    (disk / "output").mkdir()
    (tmp_path / "output").symlink_to(disk / "output")
    run = _attack(run_program, data_set, tmp_path, attack, private=disk / "private")
    assert run.code == 1
    assert "the submission filled the disk; what it had predicted is kept" in run.end["reason"]
    assert len(run.predictions) == 2
