"""A table of sound files: CSV with a header, or JSON lines."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.column_names import (
    FILE_COLUMNS,
    column_called,
    file_and_label_columns,
    group_column,
    is_called,
)
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.find_file import WAYS, FileFinder
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import Recording, split_named
from autospeech.datasets.table_rows import LABEL_SEPARATOR, table_header, table_rows
from autospeech.datasets.unicode_form import in_one_form


def read_table(path: str | Path, group: str | None = None, label: str | None = None) -> list[Recording]:
    r"""List the sound files of a table `file_name,label[,split][,group]`.

    Args:
        path: A `.csv` or `.tsv` file with a header, whose separator (comma, semicolon or tab) is told by that header;
            or a `.jsonl` file with an object a line; in UTF-8 or UTF-16. Columns without a name, as the index that
            `DataFrame.to_csv` writes, and blank lines are passed over. File names are relative to its folder, and may
            lead out of it; their column may also be called `path`, `filename`, `fname` and the like. Those that are not
            there are looked up as `FileFinder` tells. Several labels in one cell are separated by `|`. Without a split
            column, files below `train/` and `test/` belong to these parts.
        group: The column that names each file's group; None for `group`, or one such as `speaker`, where there is one.
        label: The column of the labels; None for `label`, else the only one left, else the only one with a usual name
            (`class`, `category`, `emotion` and the like).

    Returns:
        The files, in the order of the table. Those that were not found are among them, and a `ListingWarning` tells
        how many: reading one ends in an error.

    Raises:
        DatasetError: A column is missing, a cell is empty, a file is listed twice, or a name fits two files.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(folder, "a.wav").touch()
        ...     _ = Path(folder, "birds.csv").write_text("file_name,label\na.wav,wren|robin\n")
        ...     read_table(f"{folder}/birds.csv")[0].labels
        ('wren', 'robin')
    """
    path = Path(path)
    return recordings_of_rows(str(path), path.parent, table_rows(path), "line", group, label)


def recordings_of_rows(
    table: str,
    folder: Path,
    rows: Iterable[tuple[int, Mapping[str, str]]],
    unit: str,
    group: str | None = None,
    label: str | None = None,
) -> list[Recording]:
    """Read the rows of a table, wherever it comes from.

    Args:
        table: Its name, for errors.
        folder: What file names are relative to.
        rows: The number and the stripped cells of each row.
        unit: What that number counts: `line`, `row`.
        group: See `read_table`.
        label: See `read_table`.

    Returns:
        The files, in the order of the rows; see `read_table`.

    Raises:
        DatasetError: See `read_table`.
    """
    recordings: list[Recording] = []
    lines: dict[str, int] = {}
    missing: list[str] = []
    finder = FileFinder(folder)
    file_column = label_column = split_column = grouping = ""
    for line, row in rows:
        where = f"{table}, {unit} {line}"
        if not label_column:
            columns = list(row)
            file_column, label_column = file_and_label_columns(table, columns, label, group)
            split_column = column_called(columns, "split")
            grouping = group or group_column(columns, label_column)
        name = row.get(file_column, "")
        labels = tuple(
            dict.fromkeys(part.strip() for part in row.get(label_column, "").split(LABEL_SEPARATOR) if part.strip())
        )
        if not name or not labels:
            raise DatasetError(
                f"{where}: no {'label' if name else file_column}; fill the cell in or take the {unit} out"
            )
        found = finder.find(name)
        if len(found) > 1:
            both = " or ".join(path_text(file) for file in found[:2])
            raise DatasetError(f"{where}: {name} may be {both}; write the name as it is on the disk")
        if not found:
            missing.append(f"{path_text(name)} ({unit} {line})")
        file = found[0] if found else folder / name
        place = os.path.normpath(file)
        if place in lines:
            as_what = "" if place == os.path.normpath(folder / name) else f" (found as {path_text(file)})"
            both = f"{name}{as_what} is listed twice (first in {unit} {lines[place]})"
            raise DatasetError(f"{where}: {both}; put several labels in one cell, separated by {LABEL_SEPARATOR!r}")
        lines[place] = line
        split = row.get(split_column) or _part_of(file if found else Path(name.replace("\\", "/")), folder)
        recordings.append(Recording(file, labels, split_named(split, where), row.get(grouping) or None))
    if not recordings:
        raise DatasetError(f"{table}: the table lists no files; it needs a header and a {unit} for each file")
    if missing:
        warnings.warn(
            f"{table}: {len(missing)} of its {len(recordings)} files are not there; correct the names or take the "
            f"{unit}s out; the first, {missing[0]}, was looked for from {path_text(folder.absolute())}: as it is "
            f"named, {WAYS}",
            ListingWarning,
            stacklevel=2,
        )
    return in_one_form(table, recordings)


def is_task_table(path: str | Path) -> bool:
    """Whether a CSV file names sound files and their labels in so many words.

    Args:
        path: The file.

    Returns:
        True if its header has a `label` column, and a `file_name` or `path` column.
    """
    header = table_header(Path(path))
    return any(is_called(column, ("label",)) for column in header) and any(
        is_called(column, FILE_COLUMNS) for column in header
    )


def _part_of(file: Path, folder: Path) -> str:
    """Name the part that a file belongs to by the folder that it lies in; empty if it says none."""
    inner = file.relative_to(folder) if file.is_relative_to(folder) else file
    first = inner.parts[:1]
    return first[0] if first in (("train",), ("test",)) else ""
