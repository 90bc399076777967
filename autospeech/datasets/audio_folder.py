"""Folders of sound files, one a class."""

from __future__ import annotations

from pathlib import Path

from autospeech.datasets.csv_table import read_table
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.recording import SPLIT_NAMES, Recording, Split

# What libsndfile reads, and what it does not (m4a, aac, wma, webm): leaving these out in silence would lose clips.
# fmt: off
SOUND_SUFFIXES = frozenset(
    {
        ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2", ".aif", ".aiff", ".aifc", ".au",
        ".snd", ".caf", ".w64", ".rf64",
        ".m4a", ".aac", ".wma", ".webm",
    }
)
# fmt: on
SPLIT_LISTS: dict[str, Split] = {"validation_list.txt": "train", "testing_list.txt": "test"}
TABLES = ("metadata.csv", "metadata.jsonl")


def list_audio_folder(folder: str | Path) -> list[Recording]:
    """List the sound files of a folder and their classes.

    These layouts are known: a table `metadata.csv` or `metadata.jsonl`, in the folder or in its `train` and `test`;
    `train/CLASS/*` and `test/CLASS/*`; `CLASS/*`; and that of Speech Commands, `CLASS/*` with `testing_list.txt` and
    `validation_list.txt`. Files that are no sounds, and whatever begins with `.` or `_`, are left out.

    Args:
        folder: The folder.

    Returns:
        The files in sorted order. The split is None where the layout says none.

    Raises:
        DatasetError: The folder holds no sound files in any of these layouts.

    References:
        The `audiofolder` builder of Hugging Face datasets; Warden (2018), "Speech Commands", arXiv:1804.03209.
    """
    folder = Path(folder)
    for table in TABLES:
        if (folder / table).is_file():
            return read_table(folder / table)
    parts = subfolders(folder)
    is_split = any(part.name.lower() in ("train", "training") for part in parts) and all(
        part.name.lower() in SPLIT_NAMES and (subfolders(part) or _table(part)) for part in parts if _holds_sound(part)
    )
    if is_split:
        recordings = [recording for part in parts for recording in _list_part(part)]
    else:
        recordings = _list_classes(folder, None)
        recordings = _with_split_lists(folder, recordings)
    if not recordings and sound_files(folder):
        raise DatasetError(
            f"{folder}: its sound files lie beside each other, so that nothing tells their classes; put them into "
            f"{folder.name}/CLASS/, or name the folder above if {folder.name} is one of the classes"
        )
    if not recordings:
        raise DatasetError(
            f"{folder}: no sound files found; put them into {folder.name}/CLASS/ or {folder.name}/train/CLASS/ "
            f"and {folder.name}/test/CLASS/, or list them in a table with the columns file_name and label"
        )
    return recordings


def _table(folder: Path) -> Path | None:
    return next((folder / table for table in TABLES if (folder / table).is_file()), None)


def _list_part(part: Path) -> list[Recording]:
    split = SPLIT_NAMES.get(part.name.lower())
    if split is None:
        return []
    table = _table(part)
    if table is None:
        return _list_classes(part, split)
    return [Recording(found.path, found.labels, split, found.group) for found in read_table(table)]


def _list_classes(folder: Path, split: Split | None) -> list[Recording]:
    return [Recording(file, (part.name,), split) for part in subfolders(folder) for file in sound_files(part)]


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
    """List the folders in a folder whose names do not begin with `.` or `_`, sorted."""
    return sorted(part for part in folder.iterdir() if part.is_dir() and not part.name.startswith((".", "_")))


def sound_files(folder: Path) -> list[Path]:
    """List the sound files below a folder, sorted; hidden ones are left out."""
    found = (file for file in folder.rglob("*") if file.suffix.lower() in SOUND_SUFFIXES and file.is_file())
    return sorted(file for file in found if not any(part.startswith(".") for part in file.relative_to(folder).parts))


def _holds_sound(folder: Path) -> bool:
    return _table(folder) is not None or bool(sound_files(folder))
