"""Writes junk into every descriptor that it has."""

import contextlib
import os

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1
        if self.rounds == 2:
            for descriptor in range(3, 64):
                with contextlib.suppress(OSError):
                    os.write(descriptor, b"\xff{[junk\n" * 100)

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
