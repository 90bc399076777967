"""The sound files below folders, and what is passed over there."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autospeech.audio.path_text import path_text
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.sound_suffixes import MOST_NAMED, is_document, is_sound, suffix_counts

MEND = "convert them to WAV or FLAC, or take them out"


@dataclass
class SoundFiles:
    """The files below a folder.

    Args:
        folder: The folder.
        sounds: Its sound files by their names, sorted; links that lead nowhere too, which reading then tells of.
        unknown: Files that may hold sound, but are not known to by their names.
        documents: Texts, tables, pictures and the like.
        set_aside: Sound files in folders within it whose names begin with `_`.
    """

    folder: Path
    sounds: list[Path] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    set_aside: list[Path] = field(default_factory=list)

    @classmethod
    def below(cls, folder: Path) -> SoundFiles:
        """List the files below a folder; hidden ones, and folders below it that are links, are left out.

        Args:
            folder: The folder; there is nothing in one that is not there.

        Raises:
            DatasetError: A folder may not be read: its sounds would be missing without a word.
        """
        found = cls(folder)
        for where, folders, names in os.walk(folder, onerror=_refuse):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inside = Path(where)
            aside = any(part.startswith("_") for part in inside.relative_to(folder).parts)
            for name in names:
                if name.startswith("."):
                    continue
                if not is_sound(name):
                    if not aside:
                        (found.documents if is_document(name) else found.unknown).append(name)
                elif (file := inside / name).is_file() or (file.is_symlink() and not file.exists()):
                    (found.set_aside if aside else found.sounds).append(file)
        found.sounds.sort()
        return found

    @property
    def passed_over(self) -> str:
        """What to say of the files that are no sounds; empty where there are none worth a word."""
        names = self.unknown if self.sounds or self.unknown else self.documents
        told = [suffix_counts(names)] if names else []
        if self.set_aside:
            told.append(f"{len(self.set_aside)} in folders that begin with _")
        return ", ".join(told)


def sound_files(folder: Path) -> list[Path]:
    """List the sound files below a folder, sorted; see `SoundFiles.below`."""
    return SoundFiles.below(folder).sounds


def subfolders(folder: Path) -> list[Path]:
    """List the folders in a folder whose names do not begin with `.` or `_`, sorted; links back up are left out."""
    real = folder.resolve()
    parts = (part for part in folder.iterdir() if not part.name.startswith((".", "_")) and part.is_dir())
    return sorted(part for part in parts if not part.is_symlink() or not real.is_relative_to(part.resolve()))


def warn_of_passed_over(folder: Path, parts: Sequence[SoundFiles]) -> None:
    """Warn of files below a folder that may hold sound and are not listed.

    Args:
        folder: What to name.
        parts: Folders in it, or itself; see `warn_of_empty_classes` for those without a sound.
    """
    parts = [part for part in parts if part.sounds]
    names = [name for part in parts for name in part.unknown]
    aside = sum(len(part.set_aside) for part in parts)
    where = path_text(folder)
    if names:
        text = f"passed over: {suffix_counts(names)} in {where}; they are no sounds by their names; {MEND}"
        warnings.warn(text, ListingWarning, stacklevel=3)
    if aside:
        text = f"passed over: {aside} sound files in {where}, in inner folders whose names begin with _; rename these"
        warnings.warn(text, ListingWarning, stacklevel=3)


def empty_classes(folder: Path, parts: Sequence[SoundFiles]) -> str:
    """Name the class folders whose files are all passed over, with their suffixes; empty where there is none.

    Args:
        folder: That the folders lie in.
        parts: The folders of the classes.
    """
    empty = [part for part in parts if not part.sounds and (part.unknown or part.set_aside)]
    told = [f"{path_text(part.folder.relative_to(folder))} ({part.passed_over})" for part in empty[:MOST_NAMED]]
    return ", ".join(told) + (f" and {len(empty) - len(told)} others" if len(empty) > len(told) else "")


def warn_of_empty_classes(folder: Path, parts: Sequence[SoundFiles]) -> None:
    """Warn of class folders whose files are all passed over; see `empty_classes`."""
    if names := empty_classes(folder, parts):
        text = f"{path_text(folder)}: no sound files, by their names, in the class folders {names}; {MEND}"
        warnings.warn(text, ListingWarning, stacklevel=3)


def _refuse(error: OSError) -> None:
    if isinstance(error, FileNotFoundError):
        return
    where = path_text(error.filename)
    raise DatasetError(f"{where}: the folder cannot be read ({error.strerror}); make it readable or leave it out")
