"""A reader with all the faults that fuzzing should find."""

from __future__ import annotations

import ctypes
import random
import time
from pathlib import Path

import numpy as np
from fuzz_kind import Kind

FAULTS = (b"crash", b"error", b"large", b"slow", b"surrogate")


def faulty(folder: Path) -> Kind:
    """What is read is the name of the fault."""

    def read(at: Path, name: str) -> None:
        content = (at / name).read_bytes()
        if content == b"crash":
            ctypes.string_at(0)
        elif content == b"error":
            raise KeyError(content)
        elif content == b"large":
            np.ones(70_000_000)
        elif content == b"slow":
            end = time.process_time() + 1.1
            while time.process_time() < end:
                pass
        elif content == b"surrogate":
            raise ValueError("\ud800")

    def made(rng: random.Random, name: str, data: bytes) -> bytes:
        return rng.choice(FAULTS)

    return Kind({"a": b"valid"}, ["a"], read, (ValueError,), made)
