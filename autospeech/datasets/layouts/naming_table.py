"""A table beside sounds that is of no layout we know, but names them."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import eq
from pathlib import Path, PurePosixPath

from autospeech.audio.path_text import path_text
from autospeech.datasets.column_names import FILE_COLUMNS, OTHER_FILE_COLUMNS, clear_label_column, is_called
from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.some_names import some_names
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import Recording
from autospeech.datasets.table_rows import cell_text, table_rows
from autospeech.regular_file import json_value, read_bytes

SUFFIXES = (".csv", ".tsv", ".jsonl", ".json")
# A table that takes longer to read than this is not read on a guess.
MOST_BYTES = 30_000_000
MOST_TABLES = 20
# Of the sounds, what a table must name; of a table beside the folder, as much of its rows must be of these sounds.
LEAST_SHARE = 0.5
# Of the sounds, what a table must name to be read in place of the folders: what it does not name is left out.
TAKEN_SHARE = 0.9

_OF_TABLES = ("meta", "annotation", "label")

Row = tuple[int, dict[str, str]]


@dataclass(frozen=True)
class NamingTable:
    """A table that names sounds.

    Args:
        path: The table.
        file_column: The column that names them.
        columns: The other columns.
        places: For each row the sounds that its name may mean.
        rows: The rows.
    """

    path: Path
    file_column: str
    columns: tuple[str, ...]
    places: tuple[tuple[Path, ...], ...]
    rows: tuple[Row, ...]

    @property
    def named(self) -> int:
        """How many sounds it names."""
        return len({place for places in self.places for place in places})

    @classmethod
    def find(cls, folder: Path, files: Sequence[Path]) -> list[NamingTable]:
        """Find the tables that name at least half of a folder's sounds.

        Args:
            folder: The folder: tables in it, in folders of it that hold nothing else, and beside it are looked at.
            files: The sounds below it.

        Returns:
            The tables; often one or none.
        """
        tables = list(_tables(folder))
        by_name: dict[str, list[Path]] = defaultdict(list)
        for file in files if tables else ():
            by_name[file.name.lower()].append(file)
            # A number alone may be anything, a count as well as 7.wav.
            if file.stem.lower() != file.name.lower() and not file.stem.isdigit():
                by_name[file.stem.lower()].append(file)
        found = [table for path in tables if (table := _read(path, by_name, folder)) is not None]
        return [
            table
            for table in found
            if table.named >= LEAST_SHARE * len(files)
            and (table.path.is_relative_to(folder) or sum(map(bool, table.places)) >= LEAST_SHARE * len(table.rows))
        ]

    @property
    def label_columns(self) -> list[str]:
        """The columns that may hold labels: they have several values, of which some are those of several rows."""
        values = {column: [row.get(column, "") for _, row in self.rows] for column in self.columns}
        return [column for column, cells in values.items() if 1 < len(set(cells)) < len(cells)]

    def read(self, group: str | None = None, label: str | None = None) -> list[Recording] | None:
        """Read the labels of the sounds, where it is clear what they are.

        Args:
            group: See `read_table`.
            label: See `read_table`.

        Returns:
            The sounds, or None where no column is clearly that of the labels, all are the same, or names mean several
            files.

        Raises:
            DatasetError: The table has the label that was named, but cannot be read.
        """
        clear = label or clear_label_column(self.columns)
        several = [places for places in self.places if len(places) > 1]
        if several and label in self.columns:
            raise DatasetError(
                f"{self.path}: {several[0][0].name} may be {path_text(several[0][0])} or {path_text(several[0][1])}; "
                "write the folder in front of the name"
            )
        if clear not in self.columns or several:
            return None
        if label is None and len({row.get(clear, "") for _, row in self.rows}) < 2:
            return None
        rows = [
            (line, {**row, "file_name": str(places[0]), "label": row.get(clear, "")})
            for (line, row), places in zip(self.rows, self.places, strict=True)
            if places
        ]
        try:
            return recordings_of_rows(str(self.path), Path(), rows, "line", group, "label")
        except DatasetError:
            if label is not None:
                raise
            return None


def labels_of_a_table(
    folder: Path, walked: Sequence[Recording], group: str | None = None, label: str | None = None
) -> list[Recording] | None:
    """Read the labels of a folder's sounds from a table that nobody named, or warn that there is one.

    A table is read where it names nine of ten sounds and one of its columns is clearly that of the labels, unless these
    are the folders' names, dealt otherwise: somebody's answers as likely as the truth. One with a label or a group that
    the caller has named is read in any case.

    Args:
        folder: The folder.
        walked: The sounds below it, with the labels and splits that their folders say.
        group: See `read_table`; the labels may then be those of the folders.
        label: See `read_table`.

    Returns:
        The sounds that the table names; None where there is no such table, it says what the folders say, or it is not
        clear what its labels are.
    """
    tables = NamingTable.find(folder, [one.path for one in walked])
    wanted = {column for column in (label, group) if column is not None}
    tables = [table for table in tables if wanted <= set(table.columns)] or tables
    tables = [table for table in tables if table.named == max(other.named for other in tables)]
    if not tables:
        return None
    read = [table.read(group, label) for table in tables]
    found = read[0] if all(others == read[0] for others in read) else None
    labels = {one.path: one.labels for one in walked}
    is_of_folders = found is not None and _classes(found) <= _classes(walked)
    is_unclear = label is None and (found is None or is_of_folders)
    if group is not None and is_unclear and group in tables[0].columns and walked[0].labels:
        return _with_groups(walked, tables[0], group)
    if label is None and found is not None and all(one.labels == labels[one.path] and not one.split for one in found):
        # It says what the folders say.
        return None
    names = " and ".join(path_text(table.path) for table in tables)
    is_clear = found is not None and len(found) >= TAKEN_SHARE * len(walked) and not is_of_folders
    if found is None or not (is_clear or wanted or any(one.split for one in found)):
        columns = ", ".join(tables[0].label_columns)
        now = "learning the folders' names as classes" if walked[0].labels else "nothing tells the classes"
        mend = f"choose label (--label) from its columns {columns} to learn what it says"
        if found is None and any(read):
            mend = "they differ, take the wrong one away"
        if columns:
            which = "name" if len(tables) > 1 else "names"
            _warn(
                f"{path_text(folder)}: {now} although {names} {which} {tables[0].named} of these {len(walked)} files; "
                f"{mend}"
            )
        return None
    left = len(walked) - len(found)
    _warn(
        f"{path_text(folder)}: the labels are those of {path_text(tables[0].path)}, which names {len(found)} of its "
        f"{len(walked)} files{'; the others are left out' if left else ''}"
    )
    splits = {one.path: one.split for one in walked}
    return [replace(one, split=one.split or splits[one.path]) for one in found]


def _classes(recordings: Sequence[Recording]) -> set[str]:
    return {name for one in recordings for name in one.labels}


def _with_groups(walked: Sequence[Recording], table: NamingTable, group: str) -> list[Recording]:
    """Group sounds, whose labels are those of their folders, by a column of a table."""
    told = [(places, row.get(group, "")) for places, (_, row) in zip(table.places, table.rows, strict=True)]
    groups = {place: name for places, name in told for place in places if len(places) == 1}
    return [replace(one, group=groups.get(one.path) or one.group) for one in walked]


def _warn(text: str) -> None:
    warnings.warn(text, ListingWarning, stacklevel=3)


def _tables(folder: Path) -> Iterator[Path]:
    """Yield tables in a folder, one level down, beside it, and in a folder beside it that is called so."""
    inner = [folder / name for name in some_names(folder, folders=True)[:MOST_TABLES]]
    above = folder.resolve().parent
    beside = [above / name for name in some_names(above, folders=True) if name.lower().startswith(_OF_TABLES)]
    number = 0
    for place in (folder, *inner, above, *beside):
        for name in some_names(place):
            path = place / name
            if path.suffix.lower() in SUFFIXES and path.stat().st_size <= MOST_BYTES:
                number += 1
                if number > MOST_TABLES:
                    return
                yield path


def _read(path: Path, by_name: dict[str, list[Path]], folder: Path) -> NamingTable | None:
    try:
        rows = list(_json_rows(path) if path.suffix.lower() == ".json" else table_rows(path))
    except (DatasetError, OSError):
        return None
    if not rows:
        return None
    columns = list(rows[0][1])
    if _is_of_predict(columns):
        return None

    def share(column: str) -> tuple[int, bool]:
        hits = sum(_name(row.get(column, "")) in by_name for _, row in rows)
        return hits, is_called(column, (*FILE_COLUMNS, *OTHER_FILE_COLUMNS))

    best = max(columns, key=share)
    # Beside a folder, 1.wav may be of any other.
    cells = [row.get(best, "") for _, row in rows]
    if not path.is_relative_to(folder):
        cells = ["" if PurePosixPath(cell).stem.isdigit() and cell == _name(cell) else cell for cell in cells]
    places = tuple(_places(cell, by_name) for cell in cells)
    return NamingTable(path, best, tuple(name for name in columns if name and name != best), places, tuple(rows))


def _is_of_predict(columns: Sequence[str]) -> bool:
    """Whether the command `predict` has written a table: its labels are answers and nothing to learn from."""
    return list(columns[:2]) == ["file", "label"] and not {"error", "probabilities"}.isdisjoint(columns)


def _name(cell: str) -> str:
    return PurePosixPath(cell.replace("\\", "/")).name.lower()


def _places(cell: str, by_name: dict[str, list[Path]]) -> tuple[Path, ...]:
    """Return the files that a name may mean: where it names folders, those that share the most of its last ones."""
    folders = PurePosixPath(cell.replace("\\", "/")).parts[:-1]
    files = by_name.get(_name(cell), [])
    shared = [len(list(takewhile(bool, map(eq, folders[::-1], file.parts[-2::-1])))) for file in files]
    most = max(shared, default=0)
    if folders and not most:
        return ()
    return tuple(file for file, number in zip(files, shared, strict=True) if number == most)


def _json_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a list of objects, or of an object with one or one label for each file."""
    try:
        told = json_value(read_bytes(path, MOST_BYTES).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: not JSON: {error}") from error
    if isinstance(told, dict):
        told = [
            {"file_name": name, **(about if isinstance(about, dict) else {"label": about})}
            for name, about in told.items()
        ]
    for number, row in enumerate(told if isinstance(told, list) else []):
        if isinstance(row, dict):
            yield number, {str(name): cell_text(cell) for name, cell in row.items()}
