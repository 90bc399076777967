"""Folders of sound files, one a class."""

from __future__ import annotations

import os
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import SPLIT_NAMES, Recording, Split

# fmt: off
# What libsndfile reads.
SNDFILE_SUFFIXES = frozenset(
    {
        ".wav", ".wave", ".bwf", ".amb", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2", ".mp1", ".mpga",
        ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".w64", ".rf64", ".sph", ".nist", ".voc", ".8svx", ".svx",
        ".iff", ".avr", ".paf", ".fap", ".pvf", ".htk", ".sf", ".ircam", ".wve", ".gsm",
    }
)
# What PyAV reads (the extra `media`): leaving these out in silence would lose clips.
MEDIA_SUFFIXES = frozenset(
    {
        ".m4a", ".m4b", ".m4r", ".aac", ".mp4", ".m4v", ".mov", ".3gp", ".3gpp", ".3g2", ".amr", ".webm", ".weba",
        ".wma", ".wmv", ".asf", ".mka", ".mkv", ".ac3", ".eac3", ".dts", ".wv", ".tta", ".ape", ".spx", ".ogv", ".ogx",
        ".avi", ".flv", ".mpg", ".mpeg", ".vob", ".mts", ".m2ts", ".rm", ".ra", ".mpc", ".tak", ".dsf",
    }
)
# fmt: on
SOUND_SUFFIXES = SNDFILE_SUFFIXES | MEDIA_SUFFIXES
SPLIT_LISTS: dict[str, Split] = {"validation_list.txt": "train", "testing_list.txt": "test"}
TABLES = ("metadata.csv", "metadata.jsonl")


class NoLabelsError(DatasetError):
    """There are sounds, but nothing says what is heard in them."""


def list_audio_folder(folder: str | Path, group: str | None = None) -> list[Recording]:
    """List the sound files of a folder and their classes.

    These layouts are known: a table `metadata.csv` or `metadata.jsonl`, in the folder or in its `train` and `test`;
    `train/CLASS/*` and `test/CLASS/*`; `CLASS/*`; and that of Speech Commands, `CLASS/*` with `testing_list.txt` and
    `validation_list.txt`. Files that are no sounds, and whatever begins with `.` or `_`, are left out.

    Args:
        folder: The folder.
        group: The column of a table that names each file's group; without a table none can be known.

    Returns:
        The files in sorted order. The split is None where the layout says none.

    Raises:
        NoLabelsError: The sound files lie beside each other.
        DatasetError: The folder holds no sound files in any of these layouts, or cannot be read; or groups are asked
            for where there is no table.

    References:
        The `audiofolder` builder of Hugging Face datasets; Warden (2018), "Speech Commands", arXiv:1804.03209.
    """
    folder = Path(folder)
    for table in TABLES:
        if (folder / table).is_file():
            return read_table(folder / table, group)
    parts = subfolders(folder)
    is_split = any(part.name.lower() in ("train", "training") for part in parts) and all(
        part.name.lower() in SPLIT_NAMES and (subfolders(part) or _table(part)) for part in parts if _holds_sound(part)
    )
    if is_split:
        recordings = [recording for part in parts for recording in _list_part(part, group)]
    else:
        recordings = _list_classes(folder, None)
        recordings = _with_split_lists(folder, recordings)
    if not recordings and sound_files(folder):
        raise NoLabelsError(
            f"{folder}: its sound files lie beside each other, so that nothing tells their classes; put them into "
            f"{folder.name}/CLASS/, or name the folder above if {folder.name} is one of the classes"
        )
    if not recordings:
        raise DatasetError(
            f"{folder}: no sound files found; put them into {folder.name}/CLASS/ or {folder.name}/train/CLASS/ "
            f"and {folder.name}/test/CLASS/, or list them in a table with the columns file_name and label"
        )
    if group is not None and not any(recording.group for recording in recordings):
        raise DatasetError(f"{folder}: nothing names a {group} of its files; list them in a table with such a column")
    return recordings


def _table(folder: Path) -> Path | None:
    return next((folder / table for table in TABLES if (folder / table).is_file()), None)


def _list_part(part: Path, group: str | None) -> list[Recording]:
    split = SPLIT_NAMES.get(part.name.lower())
    if split is None:
        return []
    table = _table(part)
    if table is None:
        return _list_classes(part, split)
    return [Recording(found.path, found.labels, split, found.group) for found in read_table(table, group)]


def _list_classes(folder: Path, split: Split | None) -> list[Recording]:
    return [
        Recording(file, (path_text(part.name),), split) for part in subfolders(folder) for file in sound_files(part)
    ]


def _with_split_lists(folder: Path, recordings: list[Recording]) -> list[Recording]:
    listed: dict[Path, Split] = {}
    for name, split in SPLIT_LISTS.items():
        if (folder / name).is_file():
            lines = (folder / name).read_text(encoding="utf-8").splitlines()
            listed.update((folder / line.strip(), split) for line in lines if line.strip())
    if not listed:
        return recordings
    missing = listed.keys() - {recording.path for recording in recordings}
    if missing:
        raise DatasetError(f"{min(missing)}: named in {' or '.join(SPLIT_LISTS)} but not in {folder}; correct the list")
    return [Recording(found.path, found.labels, listed.get(found.path, "train")) for found in recordings]


def subfolders(folder: Path) -> list[Path]:
    """List the folders in a folder whose names do not begin with `.` or `_`, sorted; links back up are left out."""
    real = folder.resolve()
    parts = (part for part in folder.iterdir() if not part.name.startswith((".", "_")) and part.is_dir())
    return sorted(part for part in parts if not part.is_symlink() or not real.is_relative_to(part.resolve()))


def sound_files(folder: Path) -> list[Path]:
    """List the sound files below a folder, sorted; hidden ones, and folders below it that are links, are left out.

    Returns:
        The files; none where there is no such folder.

    Raises:
        DatasetError: A folder may not be read: its sounds would be missing without a word.
    """

    def refuse(error: OSError) -> None:
        if isinstance(error, FileNotFoundError):
            return
        where = path_text(error.filename)
        raise DatasetError(f"{where}: the folder cannot be read ({error.strerror}); make it readable or leave it out")

    found: list[Path] = []
    for where, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        sounds = (Path(where, name) for name in names if not name.startswith("."))
        found += [file for file in sounds if file.suffix.lower() in SOUND_SUFFIXES and file.is_file()]
    return sorted(found)


def _holds_sound(folder: Path) -> bool:
    return _table(folder) is not None or bool(sound_files(folder))
