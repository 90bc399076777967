from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from autospeech import ending_with_parent

# Starts a program in a session of its own, as the harness does, tells its number, and waits for it.
PARENT = """
import subprocess, sys
from autospeech.ending_with_parent import ending_with_parent
program = subprocess.Popen(ending_with_parent(sys.argv[1:]), start_new_session=True)
print(program.pid, flush=True)
sys.exit(program.wait())
"""
# Says so when it is asked to end.
CHILD = """
import pathlib, signal, sys, time
def end(number, frame):
    pathlib.Path(sys.argv[1]).write_text("asked to end")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path(sys.argv[1]).write_text("ready")
time.sleep(60)
"""


def wait_for(path: Path, text: str) -> None:
    end = time.monotonic() + 20
    while not path.is_file() or path.read_text() != text:
        assert time.monotonic() < end, path
        time.sleep(0.02)


def test_a_program_is_asked_to_end_when_its_parent_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = [sys.executable, "-c", PARENT, sys.executable, "-c", CHILD, str(told)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_for(told, "ready")
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        wait_for(told, "asked to end")
    assert not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes()


def test_a_program_whose_parent_is_gone_already_does_not_begin(tmp_path: Path) -> None:
    # As if another process had started it.
    command = [sys.executable, "-I", "-S", ending_with_parent.__file__, "1", "touch", str(tmp_path / "begun")]
    assert subprocess.run(command).returncode == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_a_program_gets_its_arguments_and_tells_its_end() -> None:
    command = ending_with_parent.ending_with_parent(
        [sys.executable, "-c", "import os, sys; print(sys.argv[1:], os.getppid()); sys.exit(7)", "a b"]
    )
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, f"['a b'] {os.getpid()}\n")
