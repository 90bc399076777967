from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import scipy.linalg
from threadpoolctl import threadpool_info

from autospeech.machine import blas_libraries, cores, keep_memory, one_blas_thread, threads


def blas_threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    scipy.linalg.solve(np.eye(2), np.ones(2))
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores are counted by affinity on Linux alone")
def test_cores_are_those_that_the_process_may_use() -> None:
    assert cores() == len(os.sched_getaffinity(0))
    program = """
import os
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from autospeech.machine import cores
print(cores())
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "1"


def test_threads_are_kept_and_one_a_core() -> None:
    pool = threads()
    assert threads() is pool
    names = set(pool.map(lambda _: threading.current_thread().name, range(50)))
    assert len(names) <= cores()
    assert all(name.startswith("autospeech") for name in names)


def test_the_linear_algebra_has_one_thread_and_gets_its_own_back() -> None:
    before = blas_threads()
    assert before
    with one_blas_thread():
        assert set(blas_threads()) == {1}
        with one_blas_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert blas_threads() == before
    libraries = blas_libraries()
    for _ in range(2):
        with one_blas_thread(libraries):
            assert set(blas_threads()) == {1}
        assert blas_threads() == before


def test_a_library_that_is_loaded_later_gets_one_thread_too() -> None:
    program = """
from autospeech.machine import one_blas_thread
import numpy
with one_blas_thread():
    pass
import scipy.linalg
from threadpoolctl import threadpool_info
with one_blas_thread():
    print({library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"})
"""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert told.stdout.strip() == "{1}"


def test_keeping_memory_is_harmless_and_may_be_asked_for_twice() -> None:
    keep_memory()
    keep_memory()
    assert np.ones(10_000_000).sum() == 10_000_000
