"""Labelled sound of any source, as the commands that learn from it or judge by it want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from autospeech.cli.labelled_part import LabelledPart

if TYPE_CHECKING:
    from autospeech.datasets.recording import Recording


@dataclass(frozen=True)
class LabelledSource:
    """All labelled clips of a source.

    Args:
        name: Of the source.
        parts: By `train` and `test`.
        warnings: What one should know of them.
    """

    name: str
    parts: dict[str, LabelledPart]
    warnings: tuple[str, ...] = ()

    def part(self, name: str) -> LabelledPart:
        """Return a part."""
        return self.parts[name]


def read_source(
    source: Path, group: str | None = None, label: str | None = None, *, learning: bool = True
) -> LabelledSource:
    """List the labelled clips of a source; those without a split are there to learn from.

    Args:
        source: What `convert` takes.
        group: Column of a table that names groups; None for `group`, where there is one.
        label: Column of a table that names the labels; None for the one that is clearly meant.
        learning: Whether there must be some to learn from.

    Raises:
        ValueError: There is no such source, it holds no labelled sound, or none to learn from.
    """
    from autospeech.datasets.data_folder import DataFolder
    from autospeech.datasets.layouts.several_classes import check_several_classes
    from autospeech.datasets.list_recordings import check_source, list_recordings, source_name
    from autospeech.datasets.read_dataset import read_dataset
    from autospeech.datasets.sound_reader import SAMPLE_RATE

    source = check_source(source)
    if source.is_dir() and DataFolder.find(source) is not None:
        dataset = read_dataset(source, sample_rate=SAMPLE_RATE, group=group, label=label)
        several = dataset.train.is_multilabel or dataset.test.is_multilabel
        parts = {
            name: LabelledPart(
                part.clips,
                [tuple(dataset.label_names[column] for column in np.flatnonzero(row)) for row in part.labels],
                None,
                several,
            )
            for name, part in (("train", dataset.train), ("test", dataset.test))
        }
        return LabelledSource(dataset.name, parts)
    recordings = list_recordings(source, group, label)
    several = any(len(recording.labels) > 1 for recording in recordings)
    parts = {
        name: _part([found for found in recordings if (found.split == "test") == (name == "test")], several)
        for name in ("train", "test")
    }
    if learning:
        check_several_classes(source, recordings)
    if learning and not parts["train"].sounds:
        raise ValueError(f"{source}: all its files are for the test; none is left to learn from")
    return LabelledSource(source_name(source), parts, tuple(_split_groups(parts)))


def _part(recordings: Sequence[Recording], several: bool) -> LabelledPart:
    # A file without a group is a group of its own.
    groups = [found.group or str(found.path) for found in recordings]
    return LabelledPart(
        [found.path for found in recordings],
        [found.labels for found in recordings],
        groups if any(found.group for found in recordings) else None,
        several,
    )


def _split_groups(parts: dict[str, LabelledPart]) -> list[str]:
    both = set(parts["train"].groups or ()) & set(parts["test"].groups or ())
    if not both:
        return []
    return [
        f"{len(both)} groups ({', '.join(sorted(both)[:3])}{', …' if len(both) > 3 else ''}) have clips to learn from "
        "and clips of the test; the test then tells less than it seems to"
    ]
