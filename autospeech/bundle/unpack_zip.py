"""Unpack zip files of strangers."""

from __future__ import annotations

import stat
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath, PureWindowsPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from autospeech.bundle.bundle_error import BundleError

MOST_FILES = 10_000
MOST_BYTES = 2**30
# Deflate makes at most about 1000 bytes of one; code, weights and text stay below 20.
MOST_RATIO = 100
# Below it a ratio harms nobody: a file of zeros may be part of a submission.
HARMLESS_BYTES = 2**24
# Of a name: characters, and folders within each other.
MOST_CHARACTERS, MOST_FOLDERS = 1000, 50
_TOLD = 100


def unpack_zip(path: Path, folder: Path) -> None:
    """Unpack a zip file after a look at everything that it says of itself.

    Args:
        path: The zip file.
        folder: An empty folder.

    Raises:
        BundleError: It is no zip file, is damaged, encrypted or packed by another method than deflate, leads out of the
            folder, holds something else than files and folders, or would take more than it may. Of what is refused at a
            look nothing is unpacked.

    Example:
        >>> import tempfile
        >>> scratch = Path(tempfile.mkdtemp())
        >>> with ZipFile(scratch / "a.zip", "w") as archive:
        ...     archive.writestr("../b.txt", "out")
        >>> unpack_zip(scratch / "a.zip", scratch / "inside")
        Traceback (most recent call last):
        autospeech.bundle.bundle_error.BundleError: ...a.zip: '../b.txt' leads out of the folder; nothing is unpacked
    """
    if not path.is_file():
        raise BundleError(f"{path}: there is no such file; correct the name")
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
            fault = _fault_of_all(entries, path.stat().st_size) or next(filter(None, map(_fault, entries)), None)
            if fault:
                raise BundleError(f"{path}: {fault}; nothing is unpacked")
            # No entry gives more bytes than it says: zipfile stops there.
            archive.extractall(folder)
    except (BadZipFile, LargeZipFile, NotImplementedError, EOFError, IndexError, UnicodeError, zlib.error) as error:
        raise BundleError(f"{path}: it is no zip file or is damaged ({error}); zip it again") from error
    except OSError as error:
        raise BundleError(f"{path}: it cannot be unpacked: {error.strerror or error}") from error


def _fault_of_all(entries: list[ZipInfo], size: int) -> str | None:
    if len(entries) > MOST_FILES:
        return f"it holds {len(entries):,} files, more than {MOST_FILES:,}"
    unpacked, packed = (sum(getattr(entry, size) for entry in entries) for size in ("file_size", "compress_size"))
    if packed > size:
        return f"its files lie on each other: they take {packed:,} bytes of its {size:,}"
    if unpacked > MOST_BYTES:
        return f"it would unpack to {unpacked:,} bytes, more than {MOST_BYTES:,}"
    if unpacked > HARMLESS_BYTES and unpacked > MOST_RATIO * packed:
        return f"it would unpack to {unpacked:,} bytes, more than {MOST_RATIO} times what it holds"
    names = [entry.filename.rstrip("/") for entry in entries]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    return f"{_short(twice)} is in it twice" if twice is not None else None


def _fault(entry: ZipInfo) -> str | None:
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if len(name) > MOST_CHARACTERS or len(PurePosixPath(name).parts) > MOST_FOLDERS:
        return f"the name {_short(name)} is longer than {MOST_CHARACTERS} characters or {MOST_FOLDERS} folders"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return f"{name!r} is packed by method {entry.compress_type}; zip it with deflate, as most programs do"
    if ".." in PurePosixPath(name.replace("\\", "/")).parts:
        return f"{name!r} leads out of the folder"
    if name.startswith(("/", "\\")) or PureWindowsPath(name).drive:
        return f"{name!r} is an absolute path"
    if "\\" in name or "\0" in name:
        return f"{name!r} is no portable name"
    if kind == stat.S_IFLNK:
        return f"{name!r} is a symbolic link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"{name!r} is neither a file nor a folder"
    return f"{name!r} is encrypted" if entry.flag_bits & 1 else None


def _short(name: str) -> str:
    return repr(name if len(name) <= _TOLD else f"{name[:_TOLD]}…")
