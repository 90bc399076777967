"""Predicts once, then does what the variable ATTACK says; OUTPUT is the output folder that it should not know."""

import contextlib
import ctypes
import os
import signal
import stat
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

_TASK = "hidden_task"


def _above():
    """The ingestion program's two processes: the one that waits for this one, and the one that waits for that."""
    number = os.getpid()
    found = []
    while number > 1:
        fields = Path(f"/proc/{number}/stat").read_bytes().rpartition(b")")[2].split()
        number = int(fields[1])
        with contextlib.suppress(OSError):
            if Path(f"/proc/{number}/comm").read_text().startswith(("python", "ingestion")):
                found.append(number)
    return found[:2]


def fork_storm():
    while True:
        with contextlib.suppress(OSError):
            os.fork()


def fork_storm_in_own_sessions():
    while True:
        with contextlib.suppress(OSError):
            if os.fork() == 0:
                os.setsid()


def hop():
    """Never be the same process for long."""
    if os.fork() == 0:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                os.setsid()
            if os.fork():
                os._exit(0)
        os._exit(0)
    time.sleep(60)


def outlive_the_first_thread():
    """A process that looks like a dead one: its first thread has ended, another runs on."""
    if os.fork() == 0:
        sys.argv[0] = "left behind"
        threading.Thread(target=time.sleep, args=(60,)).start()
        ctypes.CDLL(None).pthread_exit(None)
    time.sleep(60)


def send_every_signal():
    spared = {signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
    # What stands for a fault of the program itself ends it as SIGKILL does.
    spared |= {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP, signal.SIGSYS}
    spared |= {signal.SIGABRT}
    for process in _above():
        for number in signal.valid_signals() - spared:
            os.kill(process, number)
    time.sleep(60)


def stop_both():
    for process in _above():
        os.kill(process, signal.SIGSTOP)
    time.sleep(60)


def stop_both_over_and_over():
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for process in _above():
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGSTOP)
        time.sleep(0.02)


def kill_the_worker():
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    forge()
    os.kill(_above()[0], signal.SIGKILL)
    time.sleep(60)


def kill_the_keeper():
    os.kill(_above()[1], signal.SIGKILL)
    time.sleep(60)


def fill_the_disk():
    block = b"x" * 65536
    for number in range(1000):
        with Path(tempfile.gettempdir(), str(number)).open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while len(block) == file.write(block):
                pass
        if os.statvfs(tempfile.gettempdir()).f_bavail == 0:
            break


def fill_the_disk_of_the_output():
    with contextlib.suppress(OSError), Path(os.environ["OUTPUT"], "rubbish").open("wb", buffering=0) as file:
        for size in (65536, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


def use_all_inodes():
    with contextlib.suppress(OSError):
        for number in range(100_000):
            Path(tempfile.gettempdir(), str(number)).touch()


def bury():
    """Leave a folder that is deep, closed and oddly named."""
    os.chdir(tempfile.gettempdir())
    for _ in range(1500):
        Path("d" * 20).mkdir()
        os.chdir("d" * 20)
    os.chdir(tempfile.gettempdir())
    closed = Path("closed")
    (closed / "below").mkdir(parents=True)
    (closed / "a\nb\udcff").touch()
    os.mkfifo(closed / "pipe")
    (closed / "below").chmod(0)
    closed.chmod(0)
    os.chdir("/")


def forge():
    output = Path(os.environ["OUTPUT"])
    (output / "end.txt").write_text("ingestion_success: 1\nend_time: 2e9\nreason: forged\n")
    (output / f"{_TASK}.predict_0").write_text("1 0 0\n" * 4)
    (output / f"{_TASK}.predict_7").write_text("1 0 0\n" * 4)
    (output / "other.predict_1").symlink_to("/etc/passwd")
    (output / "start.txt").write_text("ingestion_pid: 1\ntime_budget: 9e9\n7: 0.01\n")


def forge_and_look():
    forge()
    time.sleep(1)
    output = Path(os.environ["OUTPUT"])
    print("seen later:", (output / "end.txt").exists(), "0.01" in (output / "start.txt").read_text())


def put_folders_in_place():
    output = Path(os.environ["OUTPUT"])
    for name in ("start.txt", f"{_TASK}.predict_0", f".{_TASK}.predict_0.tmp", "end.txt", ".end.txt.tmp"):
        path = output / name
        with contextlib.suppress(OSError):
            path.unlink()
        (path / "below").mkdir(parents=True, exist_ok=True)
    os.mkfifo(output / f".{_TASK}.predict_1.tmp")
    (output / ".start.txt.tmp").unlink(missing_ok=True)
    (output / ".start.txt.tmp").symlink_to("/dev/full")


def move_the_output():
    output = Path(os.environ["OUTPUT"])
    output.rename(output.with_name("elsewhere"))


def close_the_output():
    output = Path(os.environ["OUTPUT"])
    output.chmod(stat.S_IRUSR)


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1
        if self.rounds == 2:
            globals()[os.environ["ATTACK"]]()
            self.done_training = True

    def test(self, dataset, remaining_time_budget=None):
        return np.full((len(dataset), self.class_num), self.rounds / 4)
