"""Ignores every signal that can be ignored, and sleeps past its budget."""

import contextlib
import signal
import time

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0
        for number in signal.valid_signals():
            with contextlib.suppress(OSError, ValueError):
                signal.signal(number, signal.SIG_IGN)

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1
        while self.rounds == 2:
            time.sleep(1)

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
