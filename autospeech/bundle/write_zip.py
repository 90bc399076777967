"""Zip files with the same bytes for the same content, written whole or not at all."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from autospeech.bundle.bundle_error import BundleError
from autospeech.whole_writing import BeingWrittenError, WritingError, whole_file

# The earliest that a zip file can hold: the time of writing must not change the bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)
_THERE = "{}: it exists already; pass --overwrite to replace it, or write elsewhere"


def write_zip(
    path: Path, files: Mapping[str, bytes | Path], overwrite: bool = False, largest_size: int | None = None
) -> None:
    """Write files into a zip file, sorted by name.

    Args:
        path: The zip file; its folder is made if need be.
        files: Name inside the zip file -> content, or a file with it.
        overwrite: Whether a file that stands there may be replaced.
        largest_size: Bytes that the zip file may have; None for no limit.

    Raises:
        BundleError: Something stands there already, the zip file would be too large, or it cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.zip"
        >>> write_zip(path, {"b.txt": b"two", "a.txt": b"one"})
        >>> ZipFile(path).namelist()
        ['a.txt', 'b.txt']
    """
    if path.is_dir():
        raise BundleError(f"{path}: it is a folder; name a file")
    if path.exists() and not overwrite:
        raise BundleError(_THERE.format(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part:
            if path.exists() and not overwrite:
                # Another program has written it since.
                raise BundleError(_THERE.format(path))
            with ZipFile(part, "w") as archive:
                for name in sorted(files):
                    _add(archive, name, files[name])
                entries = archive.infolist()
            size = part.stat().st_size
            if largest_size is not None and size > largest_size:
                entries.sort(key=lambda entry: entry.compress_size, reverse=True)
                largest = ", ".join(f"{entry.filename} {entry.compress_size:,}" for entry in entries[:3])
                raise BundleError(
                    f"{path}: it would have {size:,} bytes, more than {largest_size:,}; the largest: {largest}"
                )
    except (WritingError, BeingWrittenError) as error:
        raise BundleError(str(error)) from error
    except OSError as error:
        raise BundleError(f"{path}: it cannot be written: {error.strerror or error}") from error


def _add(archive: ZipFile, name: str, content: bytes | Path) -> None:
    entry = ZipInfo(name, MOMENT)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3  # Unix, whatever writes it, so that the permissions count
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    if isinstance(content, bytes):
        archive.writestr(entry, content)
        return
    entry.file_size = content.stat().st_size  # tells whether the entry needs the form for more than 2 GiB
    with content.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, 2**20)
