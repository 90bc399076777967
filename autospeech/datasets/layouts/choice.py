"""What a caller chooses of a data set that offers several tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError


@dataclass(frozen=True)
class Choice:
    """The columns and the table to read.

    Args:
        label: Column of the labels; None for the one that the layout calls so.
        group: Column of the groups; None for what the layout offers.
        table: The one table to read, where the caller named a file; None for all.
    """

    label: str | None = None
    group: str | None = None
    table: Path | None = None

    def check(self, where: str, offered: Collection[str]) -> None:
        """Refuse columns that are not there.

        Args:
            where: The table or folder, for the error.
            offered: The names that can be chosen.

        Raises:
            DatasetError: A chosen column is not offered.
        """
        for what, column in (("label", self.label), ("group", self.group)):
            if column is not None and column not in offered:
                raise DatasetError(
                    f"{where}: it has no column {column!r}; choose {what} (--{what} at the command line) from "
                    f"{', '.join(offered)}"
                )

    def check_names(self, where: Path, label: str, group: str) -> None:
        """Refuse to choose where file names say one label and one group alone.

        Args:
            where: The folder, for the error.
            label: What the names say of the class, such as `emotion`.
            group: What the names say of the group, such as `speaker`.

        Raises:
            DatasetError: Something else is chosen.
        """
        if self.label not in (None, "label", label) or self.group not in (None, "group", group):
            wrong = self.label if self.label not in (None, "label", label) else self.group
            raise DatasetError(
                f"{where}: its file names say nothing of {wrong!r}; they tell the label {label!r} and the group "
                f"{group!r}; list the files in a table to learn something else"
            )
