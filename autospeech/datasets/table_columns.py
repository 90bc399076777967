"""What is asked of a table that is in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol


class TableColumns(Protocol):
    """A table with named columns, such as a pandas or a polars DataFrame."""

    @property
    def columns(self) -> Iterable[Any]:
        """Names of the columns."""

    def __getitem__(self, column: Any, /) -> Iterable[Any]:
        """Give the cells of a column."""
