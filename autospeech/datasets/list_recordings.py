"""Any source of labelled sound files as a list of them, before anything is decoded."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from autospeech.audio.path_text import path_text
from autospeech.datasets.audio_folder import TABLES, NoLabelsError, labels_table, list_audio_folder
from autospeech.datasets.column_names import is_unnamed
from autospeech.datasets.csv_table import is_task_table, read_table, recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.dataset_objects import (
    SoundDataset,
    dataset_name,
    is_sound_dataset,
    recordings_of_dataset,
)
from autospeech.datasets.layouts.known_layouts import LAYOUT_TABLES, read_known_layout
from autospeech.datasets.layouts.named_groups import with_named_groups
from autospeech.datasets.layouts.naming_table import labels_of_a_table
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.part_tables import csv_tables, read_parts, tables_of_parts
from autospeech.datasets.recording import SPLIT_NAMES, Recording, Split
from autospeech.datasets.sound_files import sound_files, subfolders
from autospeech.datasets.table_columns import TableColumns
from autospeech.datasets.table_rows import TABLE_SUFFIXES, cell_text
from autospeech.datasets.unicode_form import existing_path

IN_MEMORY = "table"
# Of files that are sources.
SOURCE_SUFFIXES = (*TABLE_SUFFIXES, *LAYOUT_TABLES)


def list_recordings(
    source: str | Path | TableColumns | SoundDataset, group: str | None = None, label: str | None = None
) -> list[Recording]:
    """List labelled sound files, whatever says their labels.

    Args:
        source: An audio folder in any layout of `list_audio_folder`, Speech Commands among them; a published data set
            in one of the layouts of `known_layouts.LAYOUTS`; a table of `read_table`, or the folder that holds one;
            such a table as a pandas or polars DataFrame, whose file names are relative to the working folder and whose
            cells may hold lists of labels; or a data set of `soundata` or `mirdata`. Where a folder holds another
            table that names its sounds, a `ListingWarning` tells whether its labels are taken.
        group: The column of the table that names each file's group; None for `group`, where there is one, and for what
            a known layout offers.
        label: The column of the table that names the labels; None for the one that is clearly meant.

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
    if is_sound_dataset(source):
        return recordings_of_dataset(cast(SoundDataset, source), label, group)
    if not isinstance(source, str | Path):
        return recordings_of_rows(IN_MEMORY, Path(), _rows(cast(TableColumns, source)), "row", group, label)
    path = check_source(source)
    # The mends in errors name the folder, which `.` does not.
    path = path if path.name not in ("", "..") else path.resolve()
    tables = _tables(path)
    # Among the tables of a published data set are some that `read_table` cannot read; a folder's own table comes first.
    if path.is_file() or not (tables or labels_table(path, label)):
        known = read_known_layout(path, label, group)
        if known is not None:
            return known
        tables = tables or tables_of_parts(path)
    if not tables:
        return _walk(path, group, label)
    read = read_parts(tables, group, label) if len(tables) > 1 else read_table(tables[0], group, label)
    if path.is_dir():
        _warn_of_unlisted(path, read)
    return with_named_groups(read) if group is None else read


def _walk(folder: Path, group: str | None, label: str | None) -> list[Recording]:
    """List an audio folder, by a table that names its sounds where there is one."""
    if any(labels_table(place, label) for place in (folder, *subfolders(folder))):
        listed = list_audio_folder(folder, group, label)
        _warn_of_unlisted(folder, listed)
        return listed
    try:
        walked: Sequence[Recording] = list_audio_folder(folder)
    except NoLabelsError:
        files = [Recording(file, (), _part(file.relative_to(folder))) for file in sound_files(folder)]
        found = labels_of_a_table(folder, files, group, label)
        if found is None:
            raise
        return found
    found = labels_of_a_table(folder, walked, group, label)
    if found is not None:
        return with_named_groups(found) if group is None else found
    if label is not None:
        raise DatasetError(f"{folder}: nothing names a {label} of its files; list them in a table with such a column")
    return list(walked) if group is None else list_audio_folder(folder, group)


def _warn_of_unlisted(folder: Path, recordings: Sequence[Recording]) -> None:
    """Warn of sounds that a folder's own table leaves out."""
    listed = {os.path.normpath(one.path) for one in recordings}
    files = sound_files(folder)
    left = [file for file in files if os.path.normpath(file) not in listed]
    if left:
        warnings.warn(
            f"{path_text(folder)}: {len(left)} of its {len(files)} sound files are left out, since its table does not "
            f"list them; the first: {path_text(left[0])}",
            ListingWarning,
            stacklevel=3,
        )


def _part(file: Path) -> Split | None:
    return SPLIT_NAMES.get(file.parts[0].lower()) if len(file.parts) > 1 else None


def source_name(source: str | Path | TableColumns | SoundDataset) -> str:
    """Name what a source makes: its folder, with the table where that has a name of its own (`emodb_emotion`)."""
    if is_sound_dataset(source):
        return dataset_name(cast(SoundDataset, source))
    if not isinstance(source, str | Path):
        return IN_MEMORY
    path = existing_path(source).resolve()
    tables = _tables(path)
    if len(tables) != 1:
        return path.name
    table = tables[0]
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


def _tables(source: Path) -> list[Path]:
    """Return the table that a source is or that a folder holds, or those of its parts; nothing where there is none."""
    if source.is_dir():
        tables = [file for file in csv_tables(source) if file.name not in TABLES and is_task_table(file)]
        if len(tables) > 1 and tables != tables_of_parts(source):
            raise DatasetError(
                f"{source}: several tasks ({', '.join(file.name for file in tables)}); name one of these files"
            )
        return tables
    if source.suffix.lower() not in SOURCE_SUFFIXES:
        raise DatasetError(
            f"{path_text(source)}: neither a folder nor a table; name a folder or a file that ends in "
            f"{', '.join(SOURCE_SUFFIXES)}"
        )
    return [source]


def _rows(table: TableColumns) -> Iterator[tuple[int, dict[str, str]]]:
    names = [name for name in table.columns if not is_unnamed(str(name))]
    if len({str(name).strip() for name in names}) < len(names):
        raise DatasetError(f"{IN_MEMORY}: two of its columns {', '.join(map(str, names))} have one name; rename one")
    columns = [list(table[name]) for name in names]
    for number, cells in enumerate(zip(*columns, strict=True)):
        yield number, {str(name).strip(): cell_text(cell) for name, cell in zip(names, cells, strict=True)}
