"""The two processes of the program, and the system's bound on processes, by themselves."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from ingestion_program import PROGRAM, SUBMISSIONS, processes_that_mention

_KEEP = """
import os, sys, time
sys.path.insert(0, {folder!r})
from keeper import keep
def work(due):
    {work}
def when_ended_badly(what):
    print(what, flush=True)
    return 5
sys.exit(keep(work, when_ended_badly))
"""


@pytest.mark.parametrize(
    ("work", "code", "said"),
    [
        ("return 3", 3, ""),
        ("due.set(time.monotonic() + 0.2); time.sleep(60)", 5, "was stuck and has been killed\n"),
        ("raise OSError('unexpected')", 5, "crashed\n"),
        ("os.kill(os.getpid(), 11)", 5, "was killed from outside by SIGSEGV\n"),
        ("os.fork() or time.sleep(60); os.kill(os.getpid(), 9)", 5, "was killed from outside by SIGKILL\n"),
    ],
)
def test_how_the_worker_ends(work, code, said):
    script = _KEEP.format(folder=str(PROGRAM.parent), work=work)
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (code, said), done.stderr
    assert time.monotonic() - start < 10
    assert not processes_that_mention(script[:40])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGHUP, 129), (signal.SIGUSR1, 143)])
def test_a_signal_to_the_whole_group(data_set, tmp_path, number, code):
    # As Ctrl-C sends it. SIGUSR1 changes nothing, so that the SIGTERM after it is what ends the run.
    output = tmp_path / "output"
    command = [sys.executable, str(PROGRAM), "--dataset_dir", str(data_set), "--output_dir", str(output)]
    command += ["--code_dir", str(SUBMISSIONS / "ignores_sigterm"), "--time_budget", "60"]
    with subprocess.Popen(command, start_new_session=True) as program:
        while not (output / "hidden_task.predict_0").exists():
            assert program.poll() is None
            time.sleep(0.05)
        os.killpg(program.pid, number)
        time.sleep(0.2)
        if number == signal.SIGUSR1:
            assert program.poll() is None
            program.terminate()
        assert program.wait(15) == code
    assert f"stopped by {signal.Signals(code - 128).name}" in (output / "end.txt").read_text()


_START_UNTIL_REFUSED = """
import os, signal, sys
sys.path.insert(0, {folder!r})
from task_limit import TaskLimit
TaskLimit(40).enter()
children = []
try:
    while len(children) < 100:
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except BlockingIOError:
    pass
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
print(len(children))
"""


def test_the_system_refuses_an_ordinary_user_more_processes(tmp_path):
    folder, command = PROGRAM.parent, [sys.executable]
    if os.getuid() == 0:
        if not shutil.which("setpriv") or not Path("/usr/bin/python3").exists():
            pytest.xfail("root has no setpriv here, or no python3 that others may run")
        folder = Path(tempfile.mkdtemp())
        folder.chmod(0o755)
        shutil.copy(PROGRAM.parent / "task_limit.py", folder)
        command = ["setpriv", "--reuid=54321", "--clear-groups", "/usr/bin/python3"]
    script = _START_UNTIL_REFUSED.format(folder=str(folder))
    done = subprocess.run([*command, "-c", script], capture_output=True, text=True, cwd="/")
    if folder != PROGRAM.parent:
        shutil.rmtree(folder)
    # Others of this user may start and end meanwhile.
    assert 40 <= int(done.stdout) <= 90, done.stderr
