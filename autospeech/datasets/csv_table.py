"""A table of sound files: CSV with a header, or JSON lines."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autospeech.datasets.column_names import FILE_COLUMNS, file_and_label_columns
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import Recording, split_named

LABEL_SEPARATOR = "|"


def read_table(path: str | Path, group: str | None = None, label: str | None = None) -> list[Recording]:
    r"""List the sound files of a table `file_name,label[,split][,group]`.

    Args:
        path: A `.csv` file with a header, or a `.jsonl` file with an object a line. File names are relative to its
            folder, and may lead out of it; their column may also be called `path`, `filename`, `fname` and the like.
            Several labels in one cell are separated by `|`. Without a split column, files below `train/` and `test/`
            belong to these parts.
        group: The column that names each file's group; None for `group`, where there is one.
        label: The column of the labels; None for `label`, else the only one left, else the only one with a usual name
            (`class`, `category`, `emotion` and the like).

    Returns:
        The files, in the order of the table.

    Raises:
        DatasetError: A column is missing, a cell is empty, or a file is listed twice.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
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
        The files, in the order of the rows.

    Raises:
        DatasetError: A column is missing, a cell is empty, or a file is listed twice.
    """
    recordings: list[Recording] = []
    lines: dict[str, int] = {}
    file_column = label_column = ""
    for line, row in rows:
        where = f"{table}, {unit} {line}"
        if not label_column:
            file_column, label_column = file_and_label_columns(table, list(row), label, group)
        name = row.get(file_column, "")
        labels = tuple(
            dict.fromkeys(part.strip() for part in row.get(label_column, "").split(LABEL_SEPARATOR) if part.strip())
        )
        if not name or not labels:
            raise DatasetError(
                f"{where}: no {'label' if name else file_column}; fill the cell in or take the {unit} out"
            )
        file = folder / name
        place = os.path.normpath(file)
        if place in lines:
            both = f"{name} is listed twice (first in {unit} {lines[place]})"
            raise DatasetError(f"{where}: {both}; put several labels in one cell, separated by {LABEL_SEPARATOR!r}")
        lines[place] = line
        first = Path(name).parts[:1]
        split = row.get("split") or (first[0] if first in (("train",), ("test",)) else "")
        recordings.append(Recording(file, labels, split_named(split, where), row.get(group or "group") or None))
    if not recordings:
        raise DatasetError(f"{table}: the table lists no files; it needs a header and a {unit} for each file")
    return recordings


def is_task_table(path: str | Path) -> bool:
    """Whether a CSV file names sound files and their labels in so many words.

    Args:
        path: The file.

    Returns:
        True if its header has a `label` column, and a `file_name` or `path` column.
    """
    with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = [cell.strip() for cell in next(csv.reader(file), [])]
    return "label" in header and any(column in header for column in FILE_COLUMNS)


def table_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the rows of a table.

    Args:
        path: See `read_table`.

    Yields:
        The line number and the stripped cells of each row.

    Raises:
        DatasetError: There is no such file, or it is no table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".jsonl":
                for line, text in enumerate(file, start=1):
                    if text.strip():
                        yield line, _json_cells(text)
                return
            reader = csv.DictReader(
                file, restkey="", restval="", delimiter="\t" if path.suffix.lower() == ".tsv" else ","
            )
            for row in reader:
                if row.get(""):
                    raise ValueError(
                        f"line {reader.line_num} has more cells than the header; quote cells that hold a comma"
                    )
                yield reader.line_num, {(column or "").strip(): cell.strip() for column, cell in row.items()}
    except FileNotFoundError:
        raise DatasetError(f"{path}: there is no such table; correct the name") from None
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f"{path}: not a table in UTF-8: {error}") from error


def _json_cells(text: str) -> dict[str, str]:
    row = json.loads(text)
    if not isinstance(row, dict):
        raise ValueError(f"{text.strip()!r} is not a JSON object")
    joined = {
        key: LABEL_SEPARATOR.join(map(str, cell)) if isinstance(cell, list) else cell for key, cell in row.items()
    }
    return {str(key): "" if cell is None else str(cell).strip() for key, cell in joined.items()}
