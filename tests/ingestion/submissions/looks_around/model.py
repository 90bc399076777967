"""Tries what a submission has no business with, and prints what it got, as JSON."""

import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np

_NOT_FILES = ("/proc", "/sys", "/dev")
_NEW_USER = 0x10000000


def solutions():
    """Everything on all disks that is called like a solution, or like the data set."""
    for folder, names, files in os.walk("/"):
        if folder.startswith(_NOT_FILES):
            names.clear()
            continue
        yield from (f"{folder}/{name}" for name in (*names, *files) if name.startswith("hidden_task"))


def writable():
    """The folders on the disks in which a file can be made."""
    for folder, names, _ in os.walk("/"):
        if folder.startswith(_NOT_FILES) or folder.count("/") > 3:
            names.clear()
            continue
        with contextlib.suppress(OSError):
            path = Path(folder, "made")
            path.write_text("")
            path.unlink()
            yield folder


def switches():
    """Files by which the kernel is ruled that would take a write."""
    for top in ("/proc", "/sys"):
        for folder, names, files in os.walk(top):
            if folder == "/proc":
                names[:] = [name for name in names if not name.isdigit()]
            for path in (f"{folder}/{name}" for name in files):
                with contextlib.suppress(OSError):
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                    yield path


def signalled():
    """Processes of other programs that take a signal."""
    for process in range(1, 200_000):
        with contextlib.suppress(OSError):
            os.kill(process, 0)
            command = Path(f"/proc/{process}/cmdline").read_bytes()
            if process not in (1, os.getpid()) and b"runner" not in command:
                yield process


def nests():
    """Whether a process may make a user namespace, in which it has all rights again."""
    process = os.fork()  # the kernel refuses it to a process with threads
    if not process:
        os._exit(ctypes.CDLL(None).unshare(_NEW_USER) == 0)
    return os.waitpid(process, 0)[1] != 0


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
    except OSError:
        return False
    return True


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]

    def train(self, dataset, remaining_time_budget=None):
        status = Path("/proc/self/status").read_text()
        seen = {
            "solutions": list(solutions()),
            "writable": list(writable()),
            "switches": [path for path in switches() if not path.startswith(("/proc/self", "/proc/thread-self"))],
            "signalled": list(signalled()),
            "connects": connects(int(Path(__file__).with_name("port").read_text())),
            "rights": int(status.split("CapPrm:")[1].split()[0], 16),
            "nests": nests(),
            "home": os.environ["HOME"],
            "runs_python": subprocess.run([sys.executable, "-c", "import numpy"], check=False).returncode == 0,
        }
        print("seen:" + json.dumps(seen), flush=True)
        self.done_training = True

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
