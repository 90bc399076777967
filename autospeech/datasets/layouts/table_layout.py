"""Data sets with a table of their own and the sounds in folders beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from string import Formatter

from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.recording import Recording, Split
from autospeech.datasets.table_rows import LABEL_SEPARATOR, table_rows


@dataclass(frozen=True)
class TableLayout:
    """A published table, and where the files that it names are.

    **Folds are groups.** Where a data set comes with official folds and they keep the clips of one source together,
    the folds are the groups: what is held out is then what the published figures hold out, so that the two can be
    compared, and no source is on both sides. `Recording.source` keeps the finer name. Where a source lies in several
    folds (somebody has dealt them anew), the sources are the groups.

    Args:
        parts: For each table its path, the place of a row's file with columns in braces, and the split of its files.
            A part whose table or sounds are not there is left out.
        label: Column of the labels.
        source: Column of the recording that a clip was cut from; None where there is none.
        fold: Column of the official fold; None where there is none.
        separator: What separates several labels in a cell; None where each clip has one.
    """

    parts: tuple[tuple[str, str, Split | None], ...]
    label: str
    source: str | None = None
    fold: str | None = None
    separator: str | None = None

    def read(self, folder: Path, choice: Choice) -> list[Recording] | None:
        """Read the folder if it is of this layout; see `Layout`."""
        found: list[Recording] = []
        is_here = False
        for table, sounds, split in self.parts:
            path = folder / table
            if (choice.table is None or path == choice.table) and self._is_part(folder, path, sounds):
                is_here = True
                found += self._read_part(folder, path, sounds, split, choice)
        return found if is_here else None

    def _is_part(self, folder: Path, table: Path, sounds: str) -> bool:
        fixed = sounds.partition("{")[0].rpartition("/")[0]
        if not table.is_file() or not (folder / fixed).is_dir():
            return False
        needed = {name for _, name, _, _ in Formatter().parse(sounds) if name}
        needed |= {column for column in (self.label, self.source, self.fold) if column}
        return all(needed <= row.keys() for _, row in islice(table_rows(table), 1))

    def _read_part(
        self, folder: Path, table: Path, sounds: str, split: Split | None, choice: Choice
    ) -> list[Recording]:
        rows = list(table_rows(table))
        if not rows:
            raise DatasetError(f"{table}: the table lists no files; copy it again")
        choice.check(str(table), list(rows[0][1]))
        recordings = recordings_of_rows(str(table), folder, self._mapped(rows, sounds, split, choice), "line")
        if choice.group is not None or self.fold is None or self.source is None:
            return recordings
        return grouped_by_fold(recordings, [row[self.fold] for _, row in rows], [row[self.source] for _, row in rows])

    def _mapped(
        self, rows: Sequence[tuple[int, dict[str, str]]], sounds: str, split: Split | None, choice: Choice
    ) -> Iterator[tuple[int, dict[str, str]]]:
        label, group = choice.label or self.label, choice.group or self.source
        for line, row in rows:
            labels = row[label]
            if self.separator is not None and label == self.label:
                labels = labels.replace(self.separator, LABEL_SEPARATOR)
            mapped = {"file_name": sounds.format_map(row), "label": labels, "split": split or ""}
            yield line, mapped | ({"group": row[group]} if group else {})


def grouped_by_fold(recordings: Sequence[Recording], folds: Sequence[str], sources: Sequence[str]) -> list[Recording]:
    """Make official folds the groups, as long as none of them shares a source with another.

    Args:
        recordings: The clips.
        folds: The fold of each.
        sources: The recording that each was cut from.

    Returns:
        The clips, grouped by fold with the source beside, or by source where folds share one or are not told.

    Example:
        >>> clips = [Recording(Path(name), ("a",)) for name in ("1.wav", "2.wav")]
        >>> [found.group for found in grouped_by_fold(clips, ["1", "2"], ["x", "y"])]
        ['fold 1', 'fold 2']
        >>> [found.group for found in grouped_by_fold(clips, ["1", "2"], ["x", "x"])]
        ['x', 'x']
    """
    folds_of: dict[str, set[str]] = defaultdict(set)
    for fold, source in zip(folds, sources, strict=True):
        folds_of[source].add(fold)
    if len(set(folds)) < 2 or "" in folds or any(len(found) > 1 for found in folds_of.values()):
        return [replace(found, group=source or None) for found, source in zip(recordings, sources, strict=True)]
    return [
        replace(found, group=f"fold {fold}", source=source or None)
        for found, fold, source in zip(recordings, folds, sources, strict=True)
    ]
