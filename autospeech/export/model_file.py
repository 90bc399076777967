"""A learnt model in one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from autospeech.export.fitted_model import FittedModel
from autospeech.regular_file import json_value, open_regular
from autospeech.stored_arrays import read_arrays
from autospeech.whole_writing import whole_file

# What is in the file changes with this number alone.
FORMAT = 2
SUFFIX = ".autospeech"
_ARRAYS, _ABOUT = "arrays.npz", "about.json"
# In bytes. JSON takes up to 25 times as much memory.
_MOST_ABOUT = 5_000_000
_TOLD = 200
_MEND = "name a model that `fit` or `save` has written"


class ModelFileError(ValueError):
    """A file is no model, or none that this version can read."""


def write_model(path: Path, fitted: FittedModel, about: Mapping[str, Any]) -> Path:
    """Write a model whole or not at all.

    Args:
        path: The file; what is there is replaced.
        fitted: What answers.
        about: What else there is to know of it, as JSON has it.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as part, part.open("wb") as file:
        _write(file, fitted, about)
    return path


def read_model(path: Path) -> tuple[FittedModel, dict[str, Any]]:
    """Read what `write_model` wrote. No code in the file is run, and it takes no more memory than it is large.

    Returns:
        The model, and what else there is to know of it.

    Raises:
        ModelFileError: There is no such file, it is damaged or something else, or another version wrote it.
    """
    try:
        with open_regular(path) as file:
            return _read(file)
    except FileNotFoundError:
        raise ModelFileError(f"{path}: there is no such file; {_MEND}") from None
    except _OtherVersionError as error:
        raise ModelFileError(f"{path}: {error}") from None
    # Whatever a damaged file makes zipfile, JSON and NumPy stumble over.
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelFileError(
            f"{path}: it is damaged or not a model of autospeech ({reason[:_TOLD]}); copy it again or {_MEND}"
        ) from error


def model_bytes(fitted: FittedModel) -> bytes:
    """Return what `write_model` would write."""
    file = io.BytesIO()
    _write(file, fitted, {})
    return file.getvalue()


def model_of_bytes(stored: bytes) -> FittedModel:
    """Return the model of what `model_bytes` returned."""
    return _read(io.BytesIO(stored))[0]


class _OtherVersionError(ValueError):
    pass


def _write(file: IO[bytes], fitted: FittedModel, about: Mapping[str, Any]) -> None:
    told = {**about, "format": FORMAT, "model": fitted.about()}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_ABOUT, json.dumps(told, indent=1))
        with archive.open(_ARRAYS, "w", force_zip64=True) as arrays:
            np.savez(arrays, allow_pickle=False, **fitted.arrays)


def _read(file: IO[bytes]) -> tuple[FittedModel, dict[str, Any]]:
    with zipfile.ZipFile(file) as archive:
        _check_stored(archive, file)
        if archive.getinfo(_ABOUT).file_size > _MOST_ABOUT:
            raise ValueError(f"{_ABOUT} is too large")
        about = json_value(archive.read(_ABOUT))
        if not isinstance(about, dict) or type(about.get("format")) is not int:
            raise ValueError(f"{_ABOUT} names no format")
        if about["format"] != FORMAT:
            mend = "install a newer autospeech" if about["format"] > FORMAT else "fit anew"
            raise _OtherVersionError(
                f"it has format {str(about['format'])[:_TOLD]}, this version reads {FORMAT}; {mend} "
                f"(it was written by {str(about.get('version', 'another'))[:_TOLD]})"
            )
        stored = io.BytesIO(archive.read(_ARRAYS))
    with zipfile.ZipFile(stored) as inner:
        _check_stored(inner, stored)
    arrays = read_arrays(stored, most=len(stored.getbuffer()))
    return FittedModel.read(about.pop("model"), arrays), about


def _check_stored(archive: zipfile.ZipFile, file: IO[bytes]) -> None:
    """Refuse what swells when it is unpacked: nothing that is written here is packed, or lies on something else."""
    if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
        raise ValueError("it is packed, which no model is")
    if sum(info.file_size for info in archive.infolist()) > file.seek(0, io.SEEK_END):
        raise ValueError("its parts say that they are larger than the whole")
