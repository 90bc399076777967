"""Read a pickle that came from a stranger: NumPy arrays, lists and scalars, and nothing that runs.

This file stands twice, in `ingestion/` (which runs alone) and in `autospeech/datasets/`; one test covers both.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np


class UnsafePickleError(ValueError):
    """A pickle is damaged, or holds something else than arrays, lists and scalars."""


def _encode_latin1(text: str, encoding: str) -> bytes:
    """Stand in for `_codecs.encode`, with which old pickle protocols write bytes."""
    if encoding != "latin1":
        raise UnsafePickleError(f"bytes encoded as {encoding!r}; only 'latin1' is known")
    return text.encode("latin1")


def _empty_bytes() -> bytes:
    """Stand in for `bytes`, which old pickle protocols call to write empty bytes."""
    return b""


def _numpy_parts() -> dict[tuple[str, str], Any]:
    parts: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("_codecs", "encode"): _encode_latin1,
        ("__builtin__", "bytes"): _empty_bytes,
    }
    reconstruct = np.zeros(1).__reduce__()[0]
    from_buffer = np.zeros(1).__reduce_ex__(5)[0]
    scalar = np.float64(0).__reduce__()[0]
    for package in ("numpy.core", "numpy._core"):
        parts[package + ".multiarray", "_reconstruct"] = reconstruct
        parts[package + ".numeric", "_frombuffer"] = from_buffer
        parts[package + ".multiarray", "scalar"] = scalar
    return parts


_ALLOWED = _numpy_parts()


class SafeUnpickler(pickle.Unpickler):
    """An unpickler that knows the parts of a NumPy array and no other name."""

    def find_class(self, module: str, name: str) -> Any:
        """Look a global name up among the allowed ones; anything else ends the reading before it runs."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise UnsafePickleError(
                f"it names {module}.{name}; only NumPy arrays, lists and scalars are read"
            ) from None


def load(path: str | Path) -> Any:
    """Load one pickle file safely.

    Args:
        path: The file.

    Returns:
        The object: lists, dicts, scalars and NumPy arrays.

    Raises:
        FileNotFoundError: The file is not there.
        UnsafePickleError: It is cut short, no pickle at all, or holds another kind of object. Nothing of it has run.

    Example:
        >>> import pickle, tempfile
        >>> with tempfile.NamedTemporaryFile(suffix=".pkl") as file:
        ...     _ = file.write(pickle.dumps([np.zeros(3, "float32")]))
        ...     file.flush()
        ...     load(file.name)
        [array([0., 0., 0.], dtype=float32)]
    """
    data = Path(path).read_bytes()
    try:
        return SafeUnpickler(io.BytesIO(data), encoding="latin1").load()
    except Exception as error:
        raise UnsafePickleError(
            f"{path}: not a safe, whole pickle of arrays: {type(error).__name__}: {error}"
        ) from error
