"""Folders of a competition, written whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from autospeech.bundle.bundle_error import BundleError
from autospeech.whole_writing import BeingWrittenError, WritingError, whole_folder


def write_folder(path: Path, files: Mapping[str, bytes | Path], overwrite: bool = False) -> None:
    """Write the files of a competition into a folder.

    Args:
        path: The folder to make; those above it are made too.
        files: Path inside the folder -> content, or a file with it.
        overwrite: Whether a competition that stands there may be replaced.

    Raises:
        BundleError: Something stands there already, something else than a competition is to be replaced, or the folder
            cannot be written.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp()) / "new"
        >>> write_folder(folder, {"competition.yaml": b"version: 2", "pages/data.md": b"Clips"})
        >>> (folder / "pages" / "data.md").read_text()
        'Clips'
    """
    _check(path, overwrite)
    try:
        with whole_folder(path) as fresh:
            # Another program may have written it since.
            _check(path, overwrite)
            for name, content in files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(content, bytes):
                    target.write_bytes(content)
                else:
                    shutil.copyfile(content, target)
    except (WritingError, BeingWrittenError) as error:
        raise BundleError(str(error)) from error
    except OSError as error:
        raise BundleError(f"{path}: it cannot be written: {error.strerror or error}") from error


def _check(path: Path, overwrite: bool) -> None:
    if path.exists():
        if not overwrite:
            raise BundleError(f"{path}: it exists already; pass --overwrite to replace it, or write elsewhere")
        if not (path / "competition.yaml").is_file():
            raise BundleError(f"{path}: it is no competition and is not overwritten; remove it or write elsewhere")
