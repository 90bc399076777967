"""Lists of what is held out: `validation_list.txt` and `testing_list.txt`, as Speech Commands has them."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Literal

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.sound_files import subfolders
from autospeech.datasets.table_rows import open_text, text_lines
from autospeech.datasets.unicode_form import nfc

HeldOut = Literal["valid", "test"]
Clip = PurePosixPath

MEND = "copy the folders or correct the list"
PART_LISTS: dict[HeldOut, str] = {"valid": "validation_list.txt", "test": "testing_list.txt"}


def clip_of(name: str) -> Clip:
    r"""Name a clip by its path below the folder, without the suffix, which changes when it is converted.

    Args:
        name: As in a list, or of the file.

    Example:
        >>> clip_of("yes\\1.wav") == clip_of("./yes/1.flac")
        True
    """
    path = Clip(nfc(name.replace("\\", "/")))
    return path.parent / path.stem


def read_part_lists(folder: Path, words: Collection[str] | None, there: Collection[Clip]) -> dict[HeldOut, set[Clip]]:
    """Read the lists of a folder.

    Args:
        folder: Holds the lists, one or both, and a folder for each word.
        words: Lines of other words do not count; None for all words that have a folder, and then a list without a line
            that counts is an error.
        there: The clips of these words.

    Returns:
        The clips that each list names; a list that is not there is left out. A `ListingWarning` tells of lines of words
        that have no folder.

    Raises:
        DatasetError: A list is no text, a line names no word, or a clip that is missing or in the other list too; or no
            line counts.
    """
    known = None if words is None else {nfc(word) for word in words}
    lists = {
        part: _read_list(folder / name, known, set(there))
        for part, name in PART_LISTS.items()
        if (folder / name).is_file()
    }
    both = set.intersection(*lists.values()) if len(lists) == len(PART_LISTS) else set()
    if both:
        raise DatasetError(
            f"{folder}: {min(both)} stands in {' and in '.join(PART_LISTS.values())}; take it out of one of them"
        )
    return lists


def _read_list(path: Path, wanted: Collection[str] | None, there: Collection[Clip]) -> set[Clip]:
    try:
        with open_text(path) as file:
            lines = {number: line.strip() for number, line in enumerate(text_lines(file), start=1) if line.strip()}
    except ValueError as error:
        raise DatasetError(f"{path}: not a list in UTF-8 ({error}); write a line word/file.wav for each clip") from None
    words = {nfc(part.name) for part in subfolders(path.parent)}
    listed: set[Clip] = set()
    missing: list[str] = []
    unknown: list[str] = []
    for number, line in lines.items():
        clip = clip_of(line)
        if len(clip.parts) < 2:
            raise DatasetError(f"{path}, line {number}: {line!r} names no word; write it as word/file.wav")
        if clip.parts[0] not in words:
            unknown.append(line)
        elif wanted is None or clip.parts[0] in wanted:
            listed.add(clip)
            if clip not in there:
                missing.append(line)
    if missing:
        others = f" (nor are {len(missing) - 1} others)" if len(missing) > 1 else ""
        raise DatasetError(f"{path}: {missing[0]} is not in the folder{others}; copy the clips or correct the list")
    if unknown and not listed and wanted is None:
        raise DatasetError(f"{path}: {unknown[0]} is of no word that has a folder here, nor is any other line; {MEND}")
    if unknown:
        text = f"{path}: {len(unknown)} of its {len(lines)} lines are of words without a folder here and do not count"
        warnings.warn(f"{text} (the first: {unknown[0]}); {MEND}", ListingWarning, stacklevel=3)
    return listed
