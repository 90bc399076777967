"""Common Voice: sentences that people have read aloud, with what they told of themselves."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import Recording, Split
from autospeech.datasets.table_rows import open_text, text_lines

_PARTS: dict[str, Split] = {"train.tsv": "train", "dev.tsv": "train", "test.tsv": "test"}
_WHOLE = "validated.tsv"
_NEEDED = {"client_id", "path", "sentence"}
_NO_LABELS = {"client_id", "path", "sentence_id", "up_votes", "down_votes"}


def read_common_voice(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read a folder of `clips/` and `train.tsv`, `dev.tsv`, `test.tsv`, or `validated.tsv`; see `Layout`.

    What is to be learnt has to be chosen (`gender`, `age`, `accents`, `sentence`). Clips of which it is not told are
    left out, with a warning. The speaker (`client_id`) is the group.

    References:
        Ardila et al. (2020), "Common Voice: A Massively-Multilingual Speech Corpus", arXiv:1912.06670.
    """
    if not (folder / "clips").is_dir():
        return None
    if choice.table is not None:
        tables = [choice.table]
    else:
        tables = [folder / name for name in _PARTS if (folder / name).is_file()] or [folder / _WHOLE]
    if tables[0].suffix != ".tsv" or not tables[0].is_file() or not set(_header(tables[0])) >= _NEEDED:
        return None
    if choice.label is None:
        offered = [column for column in _header(tables[0]) if column not in _NO_LABELS]
        raise DatasetError(
            f"{folder if choice.table is None else choice.table}: Common Voice offers several tasks; choose what to "
            f"learn with label (--label at the command line) from {', '.join(offered)}"
        )
    found: list[Recording] = []
    told: Counter[bool] = Counter()

    def rows(table: Path, label: str) -> Iterator[tuple[int, dict[str, str]]]:
        split = _PARTS.get(table.name, "") if choice.table is None else ""
        for line, row in _rows(table):
            told[bool(row[label])] += 1
            if row[label]:
                group = row[choice.group or "client_id"]
                yield line, {"file_name": row["path"], "label": row[label], "split": split, "group": group}

    for table in tables:
        if missing := _NEEDED - {*_header(table)}:
            raise DatasetError(f"{table}: it has no column {', '.join(sorted(missing))}; copy it again")
        choice.check(str(table), _header(table))
        known = rows(table, choice.label)
        first = list(islice(known, 1))
        if first:
            found += recordings_of_rows(str(table), folder / "clips", chain(first, known), "line")
    if not found:
        raise DatasetError(f"{folder}: none of its {told[False]} clips tells the {choice.label}; choose another label")
    if told[False]:
        warnings.warn(
            f"{folder}: {told[False]} of {told.total()} clips are left out, since their {choice.label} is not told",
            ListingWarning,
            stacklevel=2,
        )
    return found


def _header(table: Path) -> list[str]:
    with open_text(table, "replace") as file:
        return [cell.strip() for cell in file.readline(100_000).rstrip("\r\n").split("\t")]


def _rows(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line numbers and cells; quotes are no more than signs in these tables, where `csv` would join lines."""
    names = _header(table)
    try:
        with open_text(table) as file:
            for line, text in enumerate(text_lines(file), start=1):
                cells = [cell.strip() for cell in text.rstrip("\r\n").split("\t")]
                if line == 1 or cells == [""]:
                    continue
                if len(cells) > len(names):
                    raise DatasetError(f"{table}, line {line}: it has more cells than the header; copy the table again")
                yield line, dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True))
    except DatasetError:
        raise
    except ValueError as error:
        raise DatasetError(f"{table}: not a table in UTF-8: {error}") from error


COMMON_VOICE = Layout("Common Voice", "clips, train.tsv, test.tsv, validated.tsv", read_common_voice, ("clips",))
