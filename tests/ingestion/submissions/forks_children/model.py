"""Leaves children behind that left its session and hold its pipes, and then dies."""

import os
import subprocess
import sys
import time

import numpy as np


def _daemon():
    """Fork twice and leave the session; the grandchild keeps every descriptor open."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(300)
        os._exit(0)


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1
        if self.rounds == 1:
            sleep = "import time; time.sleep(300)  # left behind by forks_children"
            subprocess.Popen([sys.executable, "-c", sleep], start_new_session=True, close_fds=False)
            for _ in range(3):
                _daemon()
            os.fork()  # both go on into the caller
        else:
            os.kill(os.getpid(), 9)

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
