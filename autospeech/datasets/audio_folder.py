"""Folders of sound files, one a class."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.column_names import clear_file_column, clear_label_column
from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.named_groups import with_named_groups
from autospeech.datasets.layouts.some_names import has_file, holds_sound
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.part_lists import clip_of, read_part_lists
from autospeech.datasets.recording import SPLIT_NAMES, Recording, Split
from autospeech.datasets.sound_files import (
    MEND,
    SoundFiles,
    empty_classes,
    sound_files,
    subfolders,
    warn_of_empty_classes,
    warn_of_passed_over,
)
from autospeech.datasets.sound_suffixes import is_sound
from autospeech.datasets.table_rows import table_rows
from autospeech.datasets.unicode_form import in_one_form

TABLES = ("metadata.csv", "metadata.jsonl")


class NoLabelsError(DatasetError):
    """There are sounds, but nothing says what is heard in them."""


def list_audio_folder(folder: str | Path, group: str | None = None, label: str | None = None) -> list[Recording]:
    """List the sound files of a folder and their classes.

    These layouts are known: a table `metadata.csv` or `metadata.jsonl`, in the folder or in its `train` and `test`;
    `train/CLASS/*` and `test/CLASS/*`; `CLASS/*`; and that of Speech Commands, `CLASS/*` with `testing_list.txt` and
    `validation_list.txt`, whose file names tell the speakers. Folders whose names begin with `_`, as
    `_background_noise_`, and files and folders that begin with `.` are left out; so are files that are no sounds by
    their names. A `ListingWarning` tells of those that may hold sound nevertheless, of classes that have nothing else,
    and of sounds that lie outside of the class folders.

    Args:
        folder: The folder.
        group: The column of a table that names each file's group; without a table what `with_named_groups` finds.
        label: The column of a table that names each file's labels.

    Returns:
        The files in sorted order. The split is None where the layout says none.

    Raises:
        NoLabelsError: The sound files lie beside each other.
        DatasetError: The folder holds no sound files in any of these layouts, or cannot be read; fewer than two classes
            are left, since the files of others are no sounds by their names; or groups are asked for where there is no
            table.

    References:
        The `audiofolder` builder of Hugging Face datasets; Warden (2018), "Speech Commands", arXiv:1804.03209.
    """
    folder = Path(folder)
    table = labels_table(folder, label)
    if table is not None:
        return read_table(table, group, label)
    parts = subfolders(folder)
    is_split = any(part.name.lower() in ("train", "training") for part in parts) and all(
        part.name.lower() in SPLIT_NAMES and (subfolders(part) or labels_table(part))
        for part in parts
        if _holds_sound(part)
    )
    seen: list[SoundFiles] = []
    if is_split:
        recordings = [recording for part in parts for recording in _list_part(part, group, label, seen)]
    else:
        recordings = _list_classes(folder, None, seen)
        recordings = _with_part_lists(folder, recordings)
    if not recordings and sound_files(folder):
        raise NoLabelsError(
            f"{folder}: its sound files lie beside each other, so that nothing tells their classes; put them into "
            f"{folder.name}/CLASS/, or name the folder above if {folder.name} is one of the classes"
        )
    empty = empty_classes(folder, seen)
    classes = {label for recording in recordings for label in recording.labels}
    if empty and len(classes) < 2:
        left = f"only the class {min(classes)!r} has sound files" if classes else "no sound files found"
        raise DatasetError(f"{path_text(folder)}: {left}; passed over: {empty}, no sounds by their names; {MEND}")
    if not recordings:
        there = SoundFiles.below(folder).passed_over
        raise DatasetError(
            f"{folder}: no sound files found{f' ({there} passed over)' if there else ''}; put them into "
            f"{folder.name}/CLASS/ or {folder.name}/train/CLASS/ and {folder.name}/test/CLASS/, or list them in a "
            f"table with the columns file_name and label"
        )
    recordings = with_named_groups(recordings, group)
    if group is not None and not any(recording.group for recording in recordings):
        raise DatasetError(f"{folder}: nothing names a {group} of its files; list them in a table with such a column")
    if not is_split:
        _warn_of_parts(folder, seen)
    warn_of_passed_over(folder, seen)
    warn_of_empty_classes(folder, seen)
    _warn_of_loose_sounds(folder, [folder, *parts] if is_split else [folder])
    return in_one_form(path_text(folder), recordings)


def labels_table(folder: Path, label: str | None = None) -> Path | None:
    """Return the `metadata` table that tells the labels of a folder; None where there is none.

    Where there are folders of several classes, one without a column of that kind of name tells something else.

    Args:
        folder: The folder.
        label: The column of the labels, where the caller names one.
    """
    table = next((folder / name for name in TABLES if has_file(folder, name)), None)
    if table is None:
        return None
    classes = [part for part in subfolders(folder) if part.name.lower() not in SPLIT_NAMES and holds_sound(part)]
    if len(classes) < 2:
        return table
    columns = list(next(table_rows(table), (0, {}))[1])
    clear = label in columns if label is not None else clear_label_column(columns)
    return table if clear and clear_file_column(columns) else None


def _list_part(part: Path, group: str | None, label: str | None, seen: list[SoundFiles]) -> list[Recording]:
    split = SPLIT_NAMES.get(part.name.lower())
    if split is None:
        return []
    table = labels_table(part, label)
    if table is None:
        return _list_classes(part, split, seen)
    return [replace(found, split=split) for found in read_table(table, group, label)]


def _list_classes(folder: Path, split: Split | None, seen: list[SoundFiles]) -> list[Recording]:
    found = [SoundFiles.below(part) for part in subfolders(folder)]
    seen += found
    return [Recording(file, (path_text(part.folder.name),), split) for part in found for file in part.sounds]


def _warn_of_parts(folder: Path, classes: list[SoundFiles]) -> None:
    """Warn of a class that is called `train` and holds folders with the names of others."""
    for part in classes:
        inner = subfolders(part.folder) if part.folder.name.lower() in ("train", "training") else []
        if sum(map(holds_sound, inner)) > 1:
            others = ", ".join(path_text(other.folder.name) for other in classes if other is not part and other.sounds)
            text = (
                f"{path_text(folder)}: {path_text(part.folder.name)} and {others} are learnt as classes; if they are "
                "parts, call the others test or validation, or name one of them"
            )
            warnings.warn(text, ListingWarning, stacklevel=3)


def _warn_of_loose_sounds(folder: Path, places: list[Path]) -> None:
    """Warn of sounds that lie beside the folders of classes."""
    loose = [
        file
        for place in places
        if labels_table(place) is None
        for file in sorted(place.iterdir())
        if is_sound(file.name) and file.is_file()
    ]
    if loose:
        text = (
            f"{path_text(folder)}: sound files that lie in no class folder are left out: {len(loose)} (the first: "
            f"{path_text(loose[0])}); put them into one"
        )
        warnings.warn(text, ListingWarning, stacklevel=3)


def _with_part_lists(folder: Path, recordings: list[Recording]) -> list[Recording]:
    clips = [clip_of(recording.path.relative_to(folder).as_posix()) for recording in recordings]
    lists = read_part_lists(folder, None, clips)
    if not any(lists.values()):
        return recordings
    test = lists.get("test", set())
    splits: list[Split] = ["test" if clip in test else "train" for clip in clips]
    return [replace(found, split=split) for found, split in zip(recordings, splits, strict=True)]


def _holds_sound(folder: Path) -> bool:
    return labels_table(folder) is not None or bool(sound_files(folder))
