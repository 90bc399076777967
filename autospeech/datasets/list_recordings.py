"""Any source of labelled sound files as a list of them, before anything is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autospeech.audio.path_text import path_text
from autospeech.datasets.audio_folder import TABLES, list_audio_folder
from autospeech.datasets.csv_table import is_task_table, read_table, recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import Recording
from autospeech.datasets.table_columns import TableColumns
from autospeech.datasets.table_rows import LABEL_SEPARATOR, TABLE_SUFFIXES, is_unnamed
from autospeech.datasets.unicode_form import existing_path

IN_MEMORY = "table"


def list_recordings(source: str | Path | TableColumns, group: str | None = None) -> list[Recording]:
    """List labelled sound files, whatever says their labels.

    Args:
        source: An audio folder in any layout of `list_audio_folder`, Speech Commands among them; a table of
            `read_table`, or the folder that holds one; or such a table as a pandas or polars DataFrame, whose file
            names are relative to the working folder and whose cells may hold lists of labels.
        group: The column of the table that names each file's group; None for `group`, where there is one.

    Returns:
        The files, in sorted order or in that of the table. None was opened yet.

    Raises:
        NoLabelsError: There are sounds, but nothing says what is heard in them; `list_sounds` lists these.
        DatasetError: There is no such source, it holds no sounds, or its table is wrong.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("no", "yes", "_background_noise_"):
        ...         Path(folder, name).mkdir()
        ...         Path(folder, name, "1.wav").touch()
        ...     [found.labels for found in list_recordings(folder)]
        [('no',), ('yes',)]
    """
    if not isinstance(source, str | Path):
        return recordings_of_rows(IN_MEMORY, Path(), _rows(source), "row", group)
    path = check_source(source)
    # The mends in errors name the folder, which `.` does not.
    path = path if path.name not in ("", "..") else path.resolve()
    table = _table(path)
    return list_audio_folder(path, group) if table is None else read_table(table, group)


def source_name(source: str | Path | TableColumns) -> str:
    """Name what a source makes: its folder, with the table where that has a name of its own (`emodb_emotion`)."""
    if not isinstance(source, str | Path):
        return IN_MEMORY
    path = existing_path(source).resolve()
    table = _table(path)
    if table is None:
        return path.name
    return table.parent.name if table.name in TABLES else f"{table.parent.name}_{table.stem}"


def check_source(source: str | Path) -> Path:
    """Return the path of a source that is there, if under another Unicode form of its name.

    Raises:
        DatasetError: It is not.
    """
    path = existing_path(source)
    try:
        path.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise DatasetError(f"{path_text(path)}: there is no such file or folder; correct the name") from None
        raise DatasetError(f"{path_text(path)}: it cannot be opened ({error.strerror}); make it readable") from None
    return path


def _table(source: Path) -> Path | None:
    if source.is_dir():
        return _only_table(source)
    if source.suffix.lower() not in TABLE_SUFFIXES:
        raise DatasetError(
            f"{path_text(source)}: neither a folder nor a table; name a folder or a file that ends in "
            f"{', '.join(TABLE_SUFFIXES)}"
        )
    return source


def _only_table(folder: Path) -> Path | None:
    found = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in (".csv", ".tsv") and file.is_file())
    tables = [file for file in found if file.name not in TABLES and is_task_table(file)]
    if len(tables) > 1:
        raise DatasetError(
            f"{folder}: several tasks ({', '.join(file.name for file in tables)}); name one of these files"
        )
    return tables[0] if tables else None


def _rows(table: TableColumns) -> Iterator[tuple[int, dict[str, str]]]:
    names = [name for name in table.columns if not is_unnamed(str(name))]
    if len({str(name).strip() for name in names}) < len(names):
        raise DatasetError(f"{IN_MEMORY}: two of its columns {', '.join(map(str, names))} have one name; rename one")
    columns = [list(table[name]) for name in names]
    for number, cells in enumerate(zip(*columns, strict=True)):
        yield number, {str(name).strip(): _text(cell) for name, cell in zip(names, cells, strict=True)}


def _text(cell: Any) -> str:
    if isinstance(cell, list | tuple | set | frozenset):
        return LABEL_SEPARATOR.join(_text(part) for part in cell)
    # What pandas puts where nothing stands: NaN is the one value that differs from itself.
    if cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell):
        return ""
    return str(cell).strip()
