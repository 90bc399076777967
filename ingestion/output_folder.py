"""What the ingestion program leaves for the scoring program: `start.txt`, the predictions and `end.txt`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import time
from pathlib import Path

import numpy as np
import yaml
from bad_input_error import BadInputError
from machine_fault import MachineFaultError, machine_fault
from run_journal import RunJournal
from tree_removal import make_changeable, remove_tree

_REASON_LENGTH = 500
_END_BYTES = 4096
_START, _END = "start.txt", "end.txt"


class OutputFolder:
    """The output folder; every file appears whole or not at all.

    What is written is kept in memory too. Where a submission has found the folder and changed, removed or added files,
    `guard` and `end` write them anew and remove what is not of this program. Room for `start.txt` and `end.txt` is
    reserved, so that a full disk does not hold them back.

    Args:
        path: The folder; it is made if need be, and what an older run left in it is removed.

    Raises:
        BadInputError: The folder cannot be written.
        MachineFaultError: The disk is full or broken.
    """

    def __init__(self, path: Path):
        self.path = path
        self.predictions = 0
        self.repaired: set[str] = set()
        self._journal = RunJournal()
        self._start_lines: list[str] = []
        self._missing: set[str] = set()
        self._put_aside = 0
        self._start_seen: tuple[int, ...] | None = None
        self._task_name = "unknown"
        self._absolute = False
        self._start_time = time.time()
        self._start_moment = time.monotonic()
        try:
            path.mkdir(parents=True, exist_ok=True)
            for old in path.iterdir():
                if _is_ours(old.name) and (left := remove_tree(old)):
                    raise BadInputError(f"{path}: what an older run left cannot be removed: {left[0]}")
            self._reserve(_END, _END_BYTES)
            self._reserve(_START, _END_BYTES)
        except OSError as error:
            if fault := machine_fault(error, path):
                raise MachineFaultError(f"{fault}; --output_dir needs room") from None
            raise BadInputError(f"{path}: cannot write into --output_dir: {error.strerror}") from None

    @property
    def has_started(self) -> bool:
        """Whether `start.txt` has been written, by whichever process."""
        return _START in [name for name, _, _ in self._journal.read()]

    def start(self, task_name: str, time_budget: float, absolute: bool = False) -> None:
        """Write `start.txt`.

        Args:
            task_name: Name of the data set.
            time_budget: Seconds.
            absolute: Whether time stamps are to be seconds since 1970, as in the AutoDL competitions.
        """
        self._task_name = task_name
        self._absolute = absolute
        self._add_to_start(
            f"ingestion_pid: {os.getpid()}",
            f"task_name: {_yaml_text(task_name)}",
            f"time_budget: {time_budget}",
            f"start_time: {self._start_time:.6f}",
        )
        self._write_start(self._start_lines)

    def add_prediction(self, prediction: np.ndarray, seconds: float) -> None:
        """Write a prediction, then its time stamp.

        Args:
            prediction: Float array `(test clips, classes)`.
            seconds: Time used so far.

        Raises:
            MachineFaultError: The disk is full or broken. The prediction is kept in memory, and `end` tries again.
        """
        text = io.BytesIO()
        np.savetxt(text, prediction, fmt="%.9g")
        name = f"{self._task_name}.predict_{self.predictions}"
        stamp = seconds + (self._start_time if self._absolute else 0.0)
        self._journal.add(name, text.getvalue())
        self._add_to_start(f"{self.predictions}: {stamp:.6f}")
        self.predictions += 1
        self._write(name, text.getvalue())
        self._write_start(self._start_lines)

    def guard(self) -> None:
        """Mend what a scoring program that follows the run would be misled by: `start.txt`, `end.txt`, new names."""
        with contextlib.suppress(OSError, MachineFaultError):
            written = {f"{self._task_name}.predict_{number}" for number in range(self.predictions)} | {_START}
            self._remove_foreign(written)
            if self._start_lines and _signature(self.path / _START) != self._start_seen:
                self.repaired.add(_START)
                self._write_start(self._start_lines)

    def end(self, success: bool, reason: str) -> None:
        """Mend what was changed, and write `end.txt`, for which a scoring program waits.

        Nothing of the submission may run any more.

        Args:
            success: Whether the submission ran to its end or to the end of its time.
            reason: One line on what happened.

        Raises:
            MachineFaultError: The disk is full or broken, so that a file is missing.
        """
        fault = None
        try:
            self.restore()
        except MachineFaultError as error:
            fault = error
        duration = time.monotonic() - self._start_moment
        lines = [
            f"ingestion_duration: {duration:.6f}",
            f"ingestion_success: {int(success)}",
            f"end_time: {self._start_time + duration:.6f}",
            f"reason: {_quoted(reason)}",
        ]
        self._write(_END, ("\n".join(lines) + "\n").encode())
        with contextlib.suppress(OSError):
            for left in self.path.iterdir():
                if _is_ours(left.name) and left.name.startswith("."):
                    remove_tree(left)
        if fault:
            raise fault

    def restore(self) -> None:
        """Write every file anew that is not as it was written, and remove files that this program did not write.

        Raises:
            MachineFaultError: The disk is full or broken; what can be written is.
        """
        fault = None
        with contextlib.suppress(OSError):
            self._remove_foreign({name for name, _, _ in self._journal.read()})
        start_lines, here = [], True
        for name, content, is_same in self._journal.read():
            if name == _START:
                # The stamp of a prediction follows it.
                start_lines += (content or b"").decode().splitlines() if here else []
                continue
            here = is_same(_read(self.path / name, None if content is None else len(content)))
            if here:
                continue
            if name not in self._missing:
                self.repaired.add(name)
            if content is None:
                self._remove(name)
                continue
            try:
                self._write(name, content)
                here = True
            except MachineFaultError as error:
                fault = error
        whole = start_lines or self._start_lines
        if _read(self.path / _START, len(_text(whole))) != _text(whole):
            if not self._missing:
                self.repaired.add(_START)
            self._write_start(whole)
        if fault:
            raise fault

    def _add_to_start(self, *lines: str) -> None:
        self._journal.add(_START, _text(list(lines)))
        self._start_lines += lines

    def _write_start(self, lines: list[str]) -> None:
        data = _text(lines)
        self._write(_START, data)
        self._start_seen = _signature(self.path / _START)
        with contextlib.suppress(OSError):
            self._reserve(_START, max(_END_BYTES, 2 * len(data)))

    def _remove_foreign(self, written: set[str]) -> None:
        for path in self.path.iterdir():
            if _is_ours(path.name) and not path.name.startswith(".") and path.name not in written:
                self.repaired.add(path.name)
                self._remove(path.name)

    def _remove(self, name: str) -> None:
        """Take a name away at once; a folder, which may be a deep one, is only put aside until the end."""
        path = self.path / name
        make_changeable(path)
        try:
            path.unlink()
        except FileNotFoundError:
            pass
        except OSError:
            self._put_aside += 1
            path.rename(self.path / f".removed-{os.getpid()}-{self._put_aside}.tmp")

    def _write(self, name: str, data: bytes) -> None:
        try:
            try:
                self._replace(name, data)
            except OSError as error:
                if machine_fault(error):
                    raise
                self._open_up(name)
                self._replace(name, data)
        except OSError as error:
            self._missing.add(name)
            if name not in (_START, _END):
                remove_tree(self.path / f".{name}.tmp")
            raise MachineFaultError(
                machine_fault(error, self.path) or f"{self.path / name}: cannot be written: {error.strerror}"
            ) from None

    def _replace(self, name: str, data: bytes) -> None:
        temporary = self.path / f".{name}.tmp"
        descriptor = _open_temporary(temporary)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.ftruncate(descriptor, len(data))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(self.path / name)

    def _open_up(self, name: str) -> None:
        """Take away what stands in the way of a file: a folder of its name, a folder without rights or none at all."""
        with contextlib.suppress(OSError):
            self.path.mkdir(parents=True, exist_ok=True)
            make_changeable(self.path)
            self.path.chmod(self.path.stat().st_mode | stat.S_IRWXU)
        with contextlib.suppress(OSError):
            self._remove(name)

    def _reserve(self, name: str, size: int) -> None:
        """Make the file that `name` will be written to, with room for so many bytes."""
        descriptor = _open_temporary(self.path / f".{name}.tmp")
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)


def _open_temporary(path: Path) -> int:
    """Open a file to write into from its start: the one that was reserved, or a new one."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
            return descriptor
        os.close(descriptor)
    remove_tree(path)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)


def _read(path: Path, size: int | None) -> bytes | None:
    """The bytes of a regular file of this size that has this name alone, or None."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 and size in (None, found.st_size):
            with open(descriptor, "rb", closefd=False) as file:
                return file.read()
    except OSError:
        pass
    finally:
        os.close(descriptor)
    return None


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _is_ours(name: str) -> bool:
    if name.startswith(".") and name.endswith(".tmp"):
        name = name[1:-4]
    return name in (_START, _END) or ".predict_" in name or name.startswith("removed-")


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _yaml_text(text: str) -> str:
    """The text bare, as the official program writes it, unless YAML would read something else in it."""
    try:
        bare = yaml.safe_load(f"task_name: {text}") == {"task_name": text}
    except yaml.YAMLError:
        bare = False
    return text if bare else _quoted(text)


def _quoted(text: str) -> str:
    """The text on one line in double quotes, without what YAML forbids."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return json.dumps(" ".join(line.split())[:_REASON_LENGTH], ensure_ascii=False)
