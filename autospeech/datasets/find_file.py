"""Files that a table names, found where they are: under other separators, cases, suffixes and folders."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from autospeech.datasets.sound_suffixes import SOUND_SUFFIXES, is_sound
from autospeech.datasets.unicode_form import nfc

WAYS = (
    "in capitals or small letters, in another Unicode form, with another suffix or none, in the folders there, and by "
    "the last parts of its path"
)
# Suffixes that a file may have had before it was converted, and that its name in the table still has.
_FORMER_SUFFIXES = SOUND_SUFFIXES | {".raw", ".pcm", ".shn"}
# Folders of one name in several cases are all looked into, up to so many; and so many last parts of a path are tried.
_MOST_FOLDERS = 8
_MOST_PARTS = 32
# Folders beside a table that names without a folder are looked up in.
_MOST_INNER = 50


class FileFinder:
    r"""Finds the files of a table, each folder being listed once.

    A name is looked up as it stands; with slashes for backslashes; and, where it is an absolute path of another machine
    (``C:\sounds\a.wav``, `/home/ann/sounds/a.wav`, `file:///sounds/a.wav`), by the longest last part of it that is
    there below the table's folder. A relative path may begin with that folder's own name. A name without a folder is
    looked up in the folders beside the table and in those in them, where no sounds lie beside the table itself. In each
    place the exact name counts first, then another Unicode form (NFC, NFD), another case, the name with the suffix of a
    sound appended, and another suffix of a sound in place of its own.

    Args:
        folder: What relative names are relative to.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(folder, "Audio").mkdir()
        ...     Path(folder, "Audio", "a.WAV").touch()
        ...     finder = FileFinder(Path(folder))
        ...     [path.name for path in finder.find(r"C:\sounds\audio\a.mp3")], finder.find("b.wav")
        (['a.WAV'], [])
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._listings: dict[Path, _Listing | None] = {}
        # Tables name many files of few folders.
        self._places_of: dict[str, list[list[Path]]] = {}

    def find(self, name: str) -> list[Path]:
        """Return the files that a name may mean.

        Args:
            name: As it stands in the table.

        Returns:
            The file; several where the name fits them equally well; none where nothing fits.
        """
        for written in dict.fromkeys((name, name.replace("\\", "/"))):
            where, _, last = written.rpartition("/")
            if last in ("", ".", ".."):
                return []
            if where not in self._places_of:
                path = PurePosixPath(where or "/" if written.startswith("/") else where)
                places = (self._folders(inner) for inner in self._inner_paths(path))
                self._places_of[where] = [folders for folders in places if folders]
                if not where:
                    self._places_of[where].append(self._inner_folders())
            for folders in self._places_of[where]:
                if found := self._in_folders(folders, last):
                    return found
        # A folder may be open to those who know its names, and closed to listing.
        try:
            return [self.folder / name] if (self.folder / name).is_file() else []
        except (OSError, ValueError):
            return []

    def _inner_paths(self, path: PurePosixPath) -> Iterator[PurePosixPath]:
        """Yield the path of a folder as it stands, and those that it may have here when it comes from elsewhere."""
        yield path
        if path.is_absolute() or re.match(r"([A-Za-z]|file):", str(path)):
            parts = [part for part in path.parts[1:] if part != ".."]
            for first in range(max(0, len(parts) - _MOST_PARTS), len(parts) + 1):
                yield PurePosixPath(*parts[first:])
        else:
            own = self._own_names
            for length in range(min(len(own), len(path.parts)), 0, -1):
                if tuple(map(nfc, path.parts[:length])) == own[-length:]:
                    yield PurePosixPath(*path.parts[length:])

    def _inner_folders(self) -> list[Path]:
        """Return folders beside the table and folders in these; none where sounds lie beside it: it means these."""
        found: list[Path] = []
        own = self._listing(self.folder)
        if own is None or own.by_stem:
            return found
        above = [self.folder]
        for _ in range(2):
            above = [inside for folder in above for inside in self._folders_in(folder)][:_MOST_INNER]
            found += above
        return found

    def _folders_in(self, folder: Path) -> list[Path]:
        listing = self._listing(folder)
        names = [] if listing is None else sorted(name for same in listing.folders.values() for name in same)
        return [folder / name for name in names if not name.startswith((".", "_"))]

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        return tuple(map(nfc, Path(os.path.normpath(self.folder.absolute())).parts[1:]))

    def _in_folders(self, folders: list[Path], name: str) -> list[Path]:
        for match in (_exact, _other_form, _other_case, _no_suffix, _other_suffix):
            found = [
                folder / same
                for folder in folders
                if (listing := self._listing(folder)) is not None
                for same in match(listing, name)
            ]
            if found:
                return found
        return []

    def _folders(self, inner: PurePosixPath) -> list[Path]:
        """Return the folders that a path may mean: the one with its exact name, or else all that differ in case."""
        if self._listing(self.folder / inner) is not None:
            return [self.folder / inner]
        found = [self.folder / inner.anchor]
        for part in inner.parts[len(PurePosixPath(inner.anchor).parts) :]:
            found = [inside for folder in found for inside in self._inside(folder, part)][:_MOST_FOLDERS]
        return found

    def _inside(self, folder: Path, part: str) -> list[Path]:
        if self._listing(folder / part) is not None:
            return [folder / part]
        listing = self._listing(folder)
        return [] if listing is None else [folder / name for name in listing.folders.get(_key(part), ())]

    def _listing(self, folder: Path) -> _Listing | None:
        if folder not in self._listings:
            try:
                self._listings[folder] = _Listing(folder)
            except (OSError, ValueError):
                self._listings[folder] = None
        return self._listings[folder]


class _Listing:
    """What lies in a folder, by names and by what names may be taken for."""

    def __init__(self, folder: Path) -> None:
        self.files: set[str] = set()
        self.folders: dict[str, list[str]] = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    self.folders.setdefault(_key(entry.name), []).append(entry.name)
                else:
                    self.files.add(entry.name)

    @cached_property
    def by_form(self) -> dict[str, list[str]]:
        return self._by(nfc, self.files)

    @cached_property
    def by_case(self) -> dict[str, list[str]]:
        return self._by(_key, self.files)

    @cached_property
    def by_stem(self) -> dict[str, list[str]]:
        sounds = filter(is_sound, self.files)
        return self._by(lambda name: _key(PurePosixPath(name).stem), sounds)

    @staticmethod
    def _by(key: Callable[[str], str], names: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in sorted(names):
            found.setdefault(key(name), []).append(name)
        return found


def _key(name: str) -> str:
    return nfc(nfc(name).casefold())


def _exact(listing: _Listing, name: str) -> list[str]:
    return [name] if name in listing.files else []


def _other_form(listing: _Listing, name: str) -> list[str]:
    return listing.by_form.get(nfc(name), [])


def _other_case(listing: _Listing, name: str) -> list[str]:
    return listing.by_case.get(_key(name), [])


def _no_suffix(listing: _Listing, name: str) -> list[str]:
    return listing.by_stem.get(_key(name), [])


def _other_suffix(listing: _Listing, name: str) -> list[str]:
    path = PurePosixPath(name)
    return listing.by_stem.get(_key(path.stem), []) if path.suffix.lower() in _FORMER_SUFFIXES else []
