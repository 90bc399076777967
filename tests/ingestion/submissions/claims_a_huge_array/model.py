"""Sends a prediction whose header tells of an array of 80 million million bytes."""

import contextlib
import json
import os
import struct
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
            header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,)}\n"
            array = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header
            message = {"is": "prediction", "shape": shape, "dtype": "float64", "bytes": len(array)}
            lines = b"".join(json.dumps(line).encode() + b"\n" for line in ({"is": "tested"}, message))
            for descriptor in range(3, 64):
                with contextlib.suppress(OSError):
                    os.write(descriptor, lines + array)
            time.sleep(120)
        return np.zeros(shape)
