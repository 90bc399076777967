"""Texts that look the same: an accent may be a part of its letter (NFC) or stand after it (NFD), as macOS writes it."""

from __future__ import annotations

import os
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import Recording


def nfc(text: str) -> str:
    r"""Return a text in the form NFC, in which texts that look the same are the same.

    Args:
        text: Any text.

    Example:
        >>> nfc("cafe\u0301") == "caf\u00e9"
        True
    """
    return unicodedata.normalize("NFC", text)


def encodable(text: str) -> str:
    r"""Return a text that every file can hold: an escape stands for a lone surrogate, which JSON may bring.

    Args:
        text: Any text.

    Example:
        >>> encodable("a\ud800"), encodable("日本")
        ('a\\ud800', '日本')
    """
    return text.encode("utf-8", "backslashreplace").decode()


def merged_forms(where: str, names: Iterable[str]) -> dict[str, str]:
    """Find classes whose names differ in their Unicode form only, and warn of them.

    Args:
        where: What names them, for the warning.
        names: Of the classes, as they were found; each may occur often.

    Returns:
        NFC in place of each of these names; empty where all names that look the same are the same.
    """
    forms: dict[str, set[str]] = {}
    for name in set(names):
        forms.setdefault(nfc(name), set()).add(name)
    several = sorted(name for name, written in forms.items() if len(written) > 1)
    if several:
        warnings.warn(
            f"{where}: the class {', '.join(map(repr, several[:3]))}{', …' if len(several) > 3 else ''} is written in "
            f"two Unicode forms (NFC and NFD), which look the same; they are taken as one",
            ListingWarning,
            stacklevel=3,
        )
    return {written: name for name in several for written in forms[name]}


def as_written(names: Iterable[Any], labels: Any) -> Any:
    """Return labels in the Unicode form in which the same names are known.

    Args:
        names: The known ones.
        labels: A text for each clip, or several; anything where all known names are ASCII or no text, and it is
            returned as it is then.
    """
    known = {nfc(name): name for name in names if isinstance(name, str) and not name.isascii()}
    if not known:
        return labels

    def one(label: Any) -> Any:
        if isinstance(label, set | frozenset | tuple | list):
            return {one(part) for part in label}
        return known.get(nfc(label), label) if isinstance(label, str) else label

    return [one(label) for label in labels]


def in_one_form(where: str, recordings: list[Recording]) -> list[Recording]:
    """Return recordings with labels and groups in NFC; labels in two forms end in a warning.

    Args:
        where: The folder or table, for the warning.
        recordings: As they were listed.
    """
    names = {label for recording in recordings for label in recording.labels}
    names |= {recording.group for recording in recordings if recording.group is not None}
    if all(unicodedata.is_normalized("NFC", name) for name in names):
        return recordings
    merged_forms(where, (label for recording in recordings for label in recording.labels))
    return [
        replace(
            found,
            labels=tuple(dict.fromkeys(map(nfc, found.labels))),
            group=None if found.group is None else nfc(found.group),
        )
        for found in recordings
    ]


def existing_path(path: str | Path) -> Path:
    """Return a path under the name that it has on the disk, where that differs in its Unicode form only.

    Args:
        path: Of a file or folder.

    Returns:
        The path itself where it is there, or where no other form of it is.
    """
    path = Path(path)
    if os.path.lexists(path) or str(path).isascii():
        return path
    found = Path(path.anchor)
    for part in path.parts[len(found.parts) :]:
        if not os.path.lexists(found / part):
            try:
                same = [inside.name for inside in found.iterdir() if nfc(inside.name) == nfc(part)]
            except (OSError, ValueError):
                return path
            if len(same) != 1:
                return path
            part = same[0]
        found /= part
    return found
