"""Files and folders that are written whole or not at all, by one program at a time."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PART, _PARTS = ".part", ".parts"
# renameat2: paths are relative to the working folder; what stands at the two paths changes places.
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class WritingError(OSError):
    """A file or folder cannot be written. The message names it, whatever temporary file the system had in mind."""

    def __str__(self) -> str:
        mend = "make room or write elsewhere" if self.errno in _FULL else "write elsewhere"
        return f"{self.filename}: it cannot be written: {self.strerror}; {mend}"


class BeingWrittenError(FileExistsError):
    """Another program is writing the same file or folder."""


@contextmanager
def whole_file(path: Path, *, flush: bool = True, over_folder: bool = False) -> Iterator[Path]:
    """Hand out a file to write, which takes the place of `path` in one step when all went well.

    Until then `path` is as it was, even if this process is killed. What a killed process leaves is `.NAME.part` beside
    it; the next one that writes `path` begins it anew.

    Args:
        path: The file; what is there is replaced.
        flush: Whether the content must be on the disk first, so that a power cut leaves no half file either.
        over_folder: Whether a folder may be replaced too, with all that is in it.

    Yields:
        The file to write; it is there already, and empty.

    Raises:
        BeingWrittenError: Another process is writing the file.
        WritingError: It cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "answers.csv"
        >>> with whole_file(path) as part:
        ...     _ = part.write_text("file,label")
        ...     path.exists()
        False
        >>> path.read_text(), [other.name for other in path.parent.iterdir()]
        ('file,label', ['answers.csv'])
    """
    part = path.with_name(f".{path.name}{_PART}")
    with _named(path, part):
        if path.is_dir() and not over_folder:
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        with _held(part, path, folder=False):
            try:
                part.open("wb").close()
                yield part
                if flush:
                    _flush(part)
                _take_place(part, path)
            finally:
                _remove(part)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Hand out an empty folder to fill, which takes the place of `path` when all went well.

    What a killed process leaves is `.NAME.parts` beside it; the next one that writes `path` empties it.

    Args:
        path: The folder; its parents are made too, and what is there is replaced.

    Yields:
        The folder to fill.

    Raises:
        BeingWrittenError: Another process is writing the folder.
        WritingError: It cannot be written.
    """
    part = path.with_name(f".{path.name}{_PARTS}")
    with _named(path, part):
        _make_parents(path)
        with _held(part, path, folder=True):
            try:
                for old in part.iterdir():
                    _remove(old)
                yield part
                for file in part.rglob("*"):
                    if file.is_file() and not file.is_symlink():
                        _flush(file)
                _take_place(part, path)
            finally:
                _remove(part)


@contextmanager
def own_folder(path: Path, *, new: bool = True) -> Iterator[None]:
    """Keep a folder for this process alone while it writes there.

    The system releases it when the process ends, however that is. What killed processes left of single files does not
    count as something there. If nothing was written in the end, a folder that was made is removed.

    Args:
        path: The folder; it is made if need be, and those above it.
        new: Whether something in it already is an error.

    Raises:
        BeingWrittenError: Another process keeps the folder.
        FileExistsError: It is no folder, or holds something already.
        WritingError: It cannot be made.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "run"
        >>> with own_folder(folder), own_folder(folder):
        ...     pass
        Traceback (most recent call last):
        autospeech.whole_writing.BeingWrittenError: ...run: another program is writing there; ...
    """
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"{path}: it is no folder; name a new one")
    made = not path.exists()
    with ExitStack() as holding:
        with _named(path, path):
            _make_parents(path)
            holding.enter_context(_held(path, path, folder=True))
        if new and any(not _is_left_over(file.name) for file in path.iterdir()):
            raise FileExistsError(f"{path}: there is something already; name a new folder")
        try:
            yield
        finally:
            if made:
                with suppress(OSError):
                    path.rmdir()


def _make_parents(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), os.fspath(path.parent)) from error


@contextmanager
def _named(path: Path, part: Path) -> Iterator[None]:
    """Let errors in writing name what the user asked for."""
    try:
        yield
    except (WritingError, BeingWrittenError):
        raise
    except OSError as error:
        if not error.errno:
            raise
        named = error.filename
        about = Path(os.fsdecode(named)) if isinstance(named, str | bytes | os.PathLike) else None
        if error.errno in _FULL or (about is not None and (about.is_relative_to(part) or path.is_relative_to(about))):
            raise WritingError(error.errno, error.strerror, os.fspath(path)) from error
        raise


@contextmanager
def _held(place: Path, path: Path, *, folder: bool) -> Iterator[None]:
    """Make a file or folder if need be, and hold its lock, which the system releases when the process ends."""
    while True:
        if folder:
            place.mkdir(exist_ok=True)
            held = os.open(place, os.O_RDONLY)
        else:
            held = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(held):
                raise BeingWrittenError(f"{path}: another program is writing there; wait for it or write elsewhere")
            # Whoever held it before may have given it its final name, or removed it, just now.
            if _is_at(held, place):
                yield
                return
        finally:
            os.close(held)


def _lock(descriptor: int) -> bool:
    """Lock an open file without waiting; tell whether nobody else has. Some file systems know no locks."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _take_place(part: Path, path: Path) -> None:
    """Give a file or folder its final name; what stood there is gone afterwards."""
    if not path.is_dir() and not (part.is_dir() and os.path.lexists(path)):
        part.replace(path)
    elif _exchange(part, path):
        _remove(part)
    else:
        old = path.with_name(f".{path.name}.old{_PARTS}")
        _remove(old)
        path.rename(old)
        part.rename(path)
        _remove(old)


def _exchange(first: Path, second: Path) -> bool:
    """Let two files or folders change places in one step; tell whether the system can do that."""
    try:
        rename = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _is_left_over(name: str) -> bool:
    return name.startswith(".") and name.endswith((_PART, _PARTS))
