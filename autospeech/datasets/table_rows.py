"""The rows of a table as people and programs write them: CSV of several separators and encodings, and JSON lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.spreadsheet_cell import true_cell
from autospeech.datasets.unicode_form import encodable
from autospeech.regular_file import json_value, open_regular

TABLE_SUFFIXES = (".csv", ".tsv", ".jsonl")
# Several values in one cell.
LABEL_SEPARATOR = "|"
# Of a line, in characters; of the columns; and of the lines without text before the header.
MOST_LINE, MOST_COLUMNS, MOST_BLANK = 1_000_000, 20_000, 10_000
_SEPARATORS = (",", ";", "\t")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def open_text(path: Path, errors: str = "strict") -> TextIO:
    """Open a text in UTF-8, or in UTF-16 or UTF-32 where its first bytes say so; a byte-order mark is left out.

    Args:
        path: The file.
        errors: What becomes of bytes that are no such text; see `open`.

    Raises:
        ValueError: It is a folder, a pipe or a device.
    """
    file = open_regular(path)
    head = file.read(4)
    file.seek(0)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), "utf-8-sig")
    if encoding == "utf-8-sig" and len(head) > 1 and 0 in head[:2]:
        encoding = "utf-16-le" if head[1] == 0 else "utf-16-be"
    return io.TextIOWrapper(file, encoding, errors, newline="")


def text_lines(file: TextIO) -> Iterator[str]:
    """Yield the lines of an open text, none longer than a million characters.

    Raises:
        ValueError: A line is longer, or holds NUL.
    """
    while text := file.readline(MOST_LINE + 1):
        if len(text) > MOST_LINE:
            raise ValueError(f"it has a line of more than {MOST_LINE:,} characters; break it up")
        if "\0" in text:
            raise ValueError("it holds NUL bytes, which no text does")
        yield text


def cell_text(cell: object) -> str:
    """Return a value of a table as text: of several values all, joined by `|`; empty where nothing stands."""
    if isinstance(cell, list | tuple | set | frozenset):
        return LABEL_SEPARATOR.join(map(cell_text, cell))
    # What pandas puts where nothing stands: NaN is the one value that differs from itself.
    if cell is None or type(cell).__name__ in ("NAType", "NaTType") or (isinstance(cell, float) and cell != cell):
        return ""
    return "" if isinstance(cell, dict) else str(cell).strip()


def table_header(path: Path) -> list[str]:
    """Return the names of a CSV table's columns; none where it has no header or is no text."""
    try:
        with open_text(path, "replace") as file:
            return [cell.strip() for cell in next(_csv_rows(path, file), (0, []))[1]]
    except (csv.Error, ValueError):
        return []


def table_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table, blank ones left out.

    Args:
        path: A `.jsonl` file with an object a line; else CSV with a header, whose separator (comma, semicolon or tab)
            is told by that header.

    Yields:
        The number of the row's line, and its stripped cells by the names of their columns; columns of a CSV that have
        no name are left out. In a table that `predict` wrote, the apostrophe that keeps a spreadsheet from computing
        a cell is taken away.

    Raises:
        DatasetError: There is no such table, it is no regular file or neither UTF-8 nor UTF-16, two columns have one
            name, a row has more cells than the header, a line is no JSON object, a line has more than a million
            characters, a cell more than 131,072, or there are more than 20,000 columns.
    """
    try:
        with open_text(path) as file:
            yield from _json_rows(file) if path.suffix.lower() == ".jsonl" else _named_cells(path, file)
    except FileNotFoundError:
        raise DatasetError(f"{path}: there is no such table; correct the name") from None
    except UnicodeError as error:
        raise DatasetError(
            f"{path}: not a table in UTF-8: {error}; save it as UTF-8 (in Excel as CSV UTF-8), or convert it, as by "
            f"iconv -f WINDOWS-1252 -t UTF-8"
        ) from error
    except csv.Error as error:
        raise DatasetError(f"{path}: not a table: {error}; is there a quote that is not closed?") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DatasetError):
            raise
        raise DatasetError(f"{path}: not a table: {error}") from error


def _named_cells(path: Path, file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    rows = _csv_rows(path, file)
    header = [cell.strip() for cell in next(rows, (0, []))[1]]
    _check_columns(len(header))
    twice = next((name for name, count in Counter(header).items() if name and count > 1), None)
    if twice is not None:
        raise ValueError(f"two of its columns are called {twice!r}; rename one")
    is_answers = header[:2] == ["file", "label"] and header[-1] == "error"
    empty = dict.fromkeys(filter(None, header), "")
    for line, cells in rows:
        if any(cell.strip() for cell in cells[len(header) :]):
            raise ValueError(f"line {line} has more cells than the header; quote cells that hold a separator")
        texts = [true_cell(cell).strip() if is_answers else cell.strip() for cell in cells]
        yield line, empty | {name: text for name, text in zip(header, texts, strict=False) if name}


def _csv_rows(path: Path, file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of the header and of each row; those without any text are left out."""
    first: list[str] = []
    separator = ""
    header = ""
    lines = text_lines(file)
    for text in lines:
        first.append(text)
        if len(first) > MOST_BLANK:
            raise ValueError(f"its first {MOST_BLANK:,} lines have no text; take them out")
        told = re.fullmatch(r"sep=([,;\t])\s*", text)
        if told:
            # The line that Excel takes the separator from.
            separator, first[-1] = told[1], "\n"
        elif text.strip(' ,;\t\r\n"'):
            header = text
            break
    if not separator:
        kinds = _SEPARATORS[::-1] if path.suffix.lower() == ".tsv" else _SEPARATORS
        bare = re.sub('"[^"]*"', "", header)
        separator = max(kinds, key=bare.count)
    reader = csv.reader(chain(first, lines), delimiter=separator)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _json_rows(file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    for line, text in enumerate(text_lines(file), start=1):
        if text.strip():
            yield line, _json_cells(text)


def _json_cells(text: str) -> dict[str, str]:
    row = json_value(text)
    if not isinstance(row, dict):
        raise ValueError(f"{text.strip()[:80]!r} is not a JSON object")
    _check_columns(len(row))
    return {encodable(key): encodable(cell_text(cell)) for key, cell in row.items()}


def _check_columns(columns: int) -> None:
    if columns > MOST_COLUMNS:
        raise ValueError(f"it has {columns:,} columns; {MOST_COLUMNS:,} are the most that are read")
