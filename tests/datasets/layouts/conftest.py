from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.list_recordings import list_recordings

MakeSounds = Callable[[Path, Iterable[str]], Path]
Listed = Callable[..., list[tuple[str, str, str | None, str | None]]]


@pytest.fixture
def make_sounds() -> MakeSounds:
    """Write a short sound, another each time, under each name below a folder."""

    def make(folder: Path, names: Iterable[str]) -> Path:
        for number, name in enumerate(names):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            noise = np.random.default_rng(number).normal(scale=0.1, size=1600)
            soundfile.write(folder / name, noise, 16000)
        return folder

    return make


@pytest.fixture
def listed() -> Listed:
    """List a source as path, labels, split and group."""

    def listing(source: Path, **choice: str) -> list[tuple[str, str, str | None, str | None]]:
        found = list_recordings(source, **choice)
        assert all(one.path.is_file() for one in found)
        return [(one.path.name, "|".join(one.labels), one.split, one.group) for one in found]

    return listing
