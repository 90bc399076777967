"""The values of lists, arrays, Series and tables, whichever library they are of; none of these is imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autospeech.datasets.given_clip import described


def listed(values: Any, name: str) -> list[Any]:
    """Return values in order as a list.

    Args:
        values: A sequence, an array `(values,)` or of objects or text `(values, 1)`, a Series, a table of one column.
        name: What errors call them.

    Raises:
        ValueError: They have no order or no length, or can be read only once, or there are several columns.

    Example:
        >>> listed(np.array([["a"], ["b"]], object), "y")
        ['a', 'b']
    """
    columns = column_names(values)
    if columns is not None:
        if len(columns) != 1:
            raise ValueError(f"{name} has the columns {', '.join(map(str, columns))}; give one of them, {name}[column]")
        return listed(values[columns[0]], name)
    # Arrow, then pandas and Polars: plain values, where iterating gives objects of the library.
    for convert in ("to_pylist", "to_list"):
        if callable(getattr(values, convert, None)):
            return list(getattr(values, convert)())
    if isinstance(values, np.ndarray) and values.ndim == 2 and values.shape[1] == 1 and values.dtype.kind in "OU":
        values = values[:, 0]
    try:
        many = len(values)
    except TypeError:
        many = None
    if many is None or isinstance(values, Iterator | set | frozenset | Mapping | str | bytes):
        how = f"list({name})" if isinstance(values, Iterator) else "one value for each clip"
        raise ValueError(f"{name} is of the type {described(values)}; give a list, {how}")
    return list(values) if hasattr(values, "__iter__") else [values[number] for number in range(many)]


def column_names(table: Any) -> list[Any] | None:
    """Return the names of the columns of a table of pandas, Polars or Arrow; None for what is no table."""
    if isinstance(table, np.ndarray) or not hasattr(table, "shape"):
        return None
    names = getattr(table, "column_names", None)
    names = getattr(table, "columns", None) if names is None else names
    return None if names is None or callable(names) or isinstance(names, str) else list(names)
