"""Tables that are parts of one data set: `train.csv`, `valid.csv` and `test.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.column_names import clear_file_column, clear_label_column
from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import SPLIT_NAMES, Recording
from autospeech.datasets.table_rows import table_header


def csv_tables(folder: Path) -> list[Path]:
    """List the `.csv` and `.tsv` files in a folder, sorted."""
    return [file for file in sorted(folder.iterdir()) if file.suffix.lower() in (".csv", ".tsv") and file.is_file()]


def tables_of_parts(folder: Path) -> list[Path]:
    """List the tables in a folder that are called as parts are and name files and labels; none where it is but one.

    Args:
        folder: The folder.
    """
    parts = [file for file in csv_tables(folder) if file.stem.lower() in SPLIT_NAMES]
    headers = {file: table_header(file) for file in parts}
    found = [file for file in parts if clear_file_column(headers[file]) and clear_label_column(headers[file])]
    return found if len(found) > 1 else []


def read_parts(tables: Sequence[Path], group: str | None = None, label: str | None = None) -> list[Recording]:
    r"""Read tables that are parts; a column `split` in one of them counts more than its name.

    Args:
        tables: The tables, called `train.csv` and the like.
        group: See `read_table`.
        label: See `read_table`.

    Raises:
        DatasetError: A file stands in two of them, or see `read_table`.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name, part in (("a.wav", "train"), ("b.wav", "test")):
        ...         Path(folder, name).touch()
        ...         _ = Path(folder, f"{part}.csv").write_text(f"filename,label\n{name},wren\n")
        ...     [(found.path.name, found.split) for found in read_parts(tables_of_parts(Path(folder)))]
        [('b.wav', 'test'), ('a.wav', 'train')]
    """
    found: dict[Path, Recording] = {}
    table_of: dict[Path, Path] = {}
    for table in tables:
        for one in read_table(table, group, label):
            if one.path in found:
                raise DatasetError(
                    f"{path_text(one.path)}: it stands in {table_of[one.path]} and in {table}; take it out of one"
                )
            split = one.split or SPLIT_NAMES[table.stem.lower()]
            found[one.path], table_of[one.path] = replace(one, split=split), table
    return list(found.values())
