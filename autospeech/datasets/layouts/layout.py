"""The contract of a layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.recording import Recording


@dataclass(frozen=True)
class Layout:
    """How the folder of a published data set is laid out.

    Args:
        name: Name of the data set or of the convention.
        looks_like: What the folder holds, in a few words.
        read: Called with a folder and a `Choice`. It returns None where the folder is laid out otherwise, which it must
            find out by looking at a few names, however many files there are; else the files. It raises `DatasetError`
            where the folder is of this layout but cannot be read.
        inner: Names of folders in it that a person may name in its place (`audio`); `*` stands for any letters.
    """

    name: str
    looks_like: str
    read: Callable[[Path, Choice], list[Recording] | None]
    inner: tuple[str, ...] = ()
