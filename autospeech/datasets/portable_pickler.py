"""Pickles of arrays that every NumPy can read."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np


class PortablePickler(pickle.Pickler):
    """Writes arrays by the names `numpy.ndarray` and `numpy.dtype` alone.

    NumPy 2 writes `numpy._core…` into its pickles, which the NumPy 1 of the platforms' images cannot import.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> PortablePickler(file, protocol=4).dump([np.zeros(2, "float32")])
        >>> b"_core" in file.getvalue(), pickle.loads(file.getvalue())
        (False, [array([0., 0.], dtype=float32)])
    """

    def reducer_override(self, value: Any) -> Any:
        """Reduce plain arrays to an empty array and the state to fill it with."""
        if type(value) is not np.ndarray or value.dtype.hasobject:
            return NotImplemented
        return np.ndarray, ((0,), "|u1"), (1, value.shape, value.dtype, False, value.tobytes())
