"""What all tests share: where the recordings are, and a run in which nothing may be skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autospeech.machine import one_blas_thread

if TYPE_CHECKING:
    from bounded_calls import BoundedCalls


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fail-on-skip", action="store_true", help="a skipped test fails the run (for CI)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--fail-on-skip") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("FAILED: tests were skipped and --fail-on-skip is set", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    # The workers of pytest-xdist have none; their controller counts for them.
    skipped = reporter is not None and reporter.stats.get("skipped")
    if session.config.getoption("--fail-on-skip") and skipped and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real recordings; tests that want it are skipped, saying so, where it is not given."""
    folder = os.environ.get("AUTOSPEECH_DATA")
    if not folder:
        pytest.skip("set AUTOSPEECH_DATA to the folder of real recordings to run this test")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"AUTOSPEECH_DATA={folder} is not a folder")
    return path


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def bounded() -> Iterator[BoundedCalls]:
    """Calls of the package whose time and memory are measured."""
    from bounded_calls import BoundedCalls

    calls = BoundedCalls()
    yield calls
    calls.close()


@pytest.fixture(autouse=True, scope="session")
def quiet_linear_algebra() -> Iterator[None]:
    """Keep to one thread, as `Model` does: on a busy machine the linear algebra's own wait for each other."""
    with one_blas_thread():
        yield
