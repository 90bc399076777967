"""Announces a prediction of a million million bytes, and sends a few."""

import contextlib
import json
import os
import time

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1

    def test(self, dataset, remaining_time_budget=None):
        shape = [len(dataset), self.class_num]
        if self.rounds == 2:
            message = {"is": "prediction", "shape": [10**6, 10**6], "dtype": "float64"}
            lines = b"".join(json.dumps(line).encode() + b"\n" for line in ({"is": "tested"}, message))
            for descriptor in range(3, 64):
                with contextlib.suppress(OSError):
                    os.write(descriptor, lines)
            time.sleep(120)
        return np.zeros(shape)
