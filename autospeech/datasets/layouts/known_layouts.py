"""All layouts that are known, and which of them a source has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.common_voice import COMMON_VOICE
from autospeech.datasets.layouts.kaldi import KALDI
from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.layouts.named_files import NAMED_LAYOUTS
from autospeech.datasets.layouts.parquet import PARQUET
from autospeech.datasets.layouts.published_tables import TABLE_LAYOUTS
from autospeech.datasets.layouts.some_names import some_names
from autospeech.datasets.recording import Recording

# Tried in this order; the first that does not decline is taken.
LAYOUTS: tuple[Layout, ...] = (*TABLE_LAYOUTS, COMMON_VOICE, KALDI, PARQUET, *NAMED_LAYOUTS)
# Suffixes of tables that only a layout reads.
LAYOUT_TABLES = (".parquet", ".scp")


def read_known_layout(source: Path, label: str | None = None, group: str | None = None) -> list[Recording] | None:
    """Read a source if it is a published data set in a layout that is known.

    Args:
        source: The folder of the data set, one that holds nothing but that folder, one of the folders inside it that
            the layout allows (`audio`), or one of its tables.
        label: Column of the labels; None for the one that the layout calls so.
        group: Column of the groups; None for what the layout offers.

    Returns:
        The files, those below `source` alone where it is a folder of sounds; None where the layout is unknown.

    Raises:
        DatasetError: The data set is incomplete, or offers no such column.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Path(folder, "wav").mkdir()
        ...     for name in ("03a01Fa", "08a01Na"):
        ...         Path(folder, "wav", f"{name}.wav").touch()
        ...     [(found.labels, found.group) for found in read_known_layout(Path(folder))]
        [(('happiness',), 'speaker 03'), (('neutral',), 'speaker 08')]
    """
    table = _absolute(source) if source.is_file() else None
    for folder, name in _places(source):
        for layout in LAYOUTS:
            if name and table is None and not any(fnmatch(name, inner) for inner in layout.inner):
                continue
            found = layout.read(folder, Choice(label, group, table))
            if found is not None:
                below = [one for one in found if any(map(one.path.is_relative_to, (source, _absolute(source))))]
                return below if below and table is None else found
    return None


def _places(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folders that may be the data set's own, with the name of what was named in its place."""
    absolute = _absolute(source)
    if not source.is_file():
        yield source, ""
        inner = some_names(source, folders=True)
        if len(inner) == 1:
            yield source / inner[0], ""
    yield absolute.parent, absolute.name
    yield absolute.parent.parent, f"{absolute.parent.name}/{absolute.name}"


def _absolute(path: Path) -> Path:
    """Return a path whose parents are folders; `..` has none."""
    return Path(os.path.normpath(path.absolute()))
