"""A learnt model in one file."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

# What is in the file changes with this number alone.
FORMAT = 1
SUFFIX = ".autospeech"
_GRAPH, _ABOUT = "model.keras", "about.json"
_MOST_ABOUT = 10_000_000
# How many times as large as the file its weights may be.
_MOST_SWOLLEN = 20


class ModelFileError(ValueError):
    """A file is no model, or none that this version can read."""


def write_model(path: Path, graph: keras.Model, about: Mapping[str, Any]) -> Path:
    """Write a model whole or not at all.

    Args:
        path: The file; what is there is replaced.
        graph: As `answer_graph` returns it.
        about: What else there is to know of it, as JSON has it.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            stored = Path(folder, _GRAPH)
            graph.save(stored)
            with zipfile.ZipFile(part, "w") as file:
                file.writestr(_ABOUT, json.dumps({**about, "format": FORMAT}, ensure_ascii=False, indent=1))
                # Keras has packed it already.
                file.write(stored, _GRAPH)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def model_bytes(graph: keras.Model, about: Mapping[str, Any]) -> bytes:
    """Return what `write_model` would write."""
    with tempfile.TemporaryDirectory() as folder:
        return write_model(Path(folder, _GRAPH), graph, about).read_bytes()


def model_of_bytes(stored: bytes) -> keras.Model:
    """Return the model of what `model_bytes` returned."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, _GRAPH)
        file.write_bytes(stored)
        return read_model(file)[0]


def read_model(path: Path) -> tuple[keras.Model, dict[str, Any]]:
    """Read what `write_model` wrote; no code in the file is run.

    Returns:
        The model, and what else there is to know of it.

    Raises:
        ModelFileError: There is no such file, it is damaged or something else, or a newer version wrote it.
    """
    # Registers the layers that the file names.
    import autospeech.export.answer_graph  # noqa: F401

    if not path.is_file():
        raise ModelFileError(f"{path}: there is no such file; name a model that `fit` or `save` has written")
    try:
        with zipfile.ZipFile(path) as file, tempfile.TemporaryDirectory() as folder:
            # As `write_model` packs them: what swells when it is unpacked was not written by it.
            packed = any(info.compress_type != zipfile.ZIP_STORED for info in file.infolist())
            if packed or file.getinfo(_ABOUT).file_size > _MOST_ABOUT:
                raise ModelFileError(f"{path}: it is not a model of autospeech; name one that `save` has written")
            about = json.loads(file.read(_ABOUT))
            if not isinstance(about, dict) or type(about.get("format")) is not int:
                raise KeyError("format")
            if about["format"] > FORMAT:
                raise ModelFileError(
                    f"{path}: it has format {about['format']}, this version reads up to {FORMAT}; install a newer "
                    f"autospeech (it was written by {about.get('version', 'another')})"
                )
            stored = Path(folder, _GRAPH)
            stored.write_bytes(file.read(_GRAPH))
            with zipfile.ZipFile(stored) as inner:
                if sum(info.file_size for info in inner.infolist()) > _MOST_SWOLLEN * _size(path):
                    raise ModelFileError(f"{path}: it is not a model of autospeech; name one that `save` has written")
            graph = keras.saving.load_model(stored, compile=False)
    except ModelFileError:
        raise
    # Whatever a damaged file makes Keras stumble over.
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelFileError(
            f"{path}: it is damaged or not a model of autospeech ({reason}); copy it again or fit anew"
        ) from error
    return graph, about


def _size(path: Path) -> int:
    return path.stat().st_size
