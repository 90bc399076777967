"""A table of sound files: CSV with a header, or JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import Recording, split_named

LABEL_SEPARATOR = "|"
NOT_LABELS = ("file_name", "split", "group")


def read_table(path: str | Path) -> list[Recording]:
    r"""List the sound files of a table `file_name,label[,split][,group]`.

    Args:
        path: A `.csv` file with a header, or a `.jsonl` file with an object a line. File names are relative to its
            folder. Several labels in one cell are separated by `|`. The label column may have another name if it is the
            only one left. Without a split column, files below `train/` and `test/` belong to these parts.

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
    recordings: list[Recording] = []
    lines: dict[Path, int] = {}
    label_column = ""
    for line, row in _rows(path):
        where = f"{path}, line {line}"
        label_column = label_column or _label_column(path, list(row))
        name = row.get("file_name", "")
        labels = tuple(
            dict.fromkeys(part.strip() for part in row.get(label_column, "").split(LABEL_SEPARATOR) if part.strip())
        )
        if not name or not labels:
            raise DatasetError(f"{where}: no {'label' if name else 'file_name'}; fill the cell in or take the line out")
        file = path.parent / name
        if file in lines:
            both = f"{name} is listed twice (first in line {lines[file]})"
            raise DatasetError(f"{where}: {both}; put several labels in one cell, separated by {LABEL_SEPARATOR!r}")
        lines[file] = line
        parts = Path(name).parts
        split = row.get("split") or (parts[0] if parts[0] in ("train", "test") else "")
        recordings.append(Recording(file, labels, split_named(split, where), row.get("group") or None))
    if not recordings:
        raise DatasetError(f"{path}: the table lists no files; it needs a header and a line for each file")
    return recordings


def is_task_table(path: str | Path) -> bool:
    """Whether a CSV file names sound files and their labels in so many words.

    Args:
        path: The file.

    Returns:
        True if its header has both a `file_name` and a `label` column.
    """
    with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        header = [cell.strip() for cell in next(csv.reader(file), [])]
    return "file_name" in header and "label" in header


def _label_column(path: Path, columns: list[str]) -> str:
    others = [column for column in columns if column not in NOT_LABELS]
    found = "label" if "label" in others else others[0] if len(others) == 1 else ""
    if "file_name" not in columns or not found:
        raise DatasetError(f"{path}: its columns are {', '.join(columns)}; it needs file_name and label")
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the stripped cells of each row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".jsonl":
                for line, text in enumerate(file, start=1):
                    if text.strip():
                        yield line, _json_cells(text)
                return
            reader = csv.DictReader(file, restkey="", restval="")
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
