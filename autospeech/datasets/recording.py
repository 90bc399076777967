"""A sound file that is yet to be decoded, with all that a listing says about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autospeech.datasets.dataset_error import DatasetError

Split = Literal["train", "test"]

# Validation clips are there to learn from: the learner draws its own validation part.
SPLIT_NAMES: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "validation": "train",
    "valid": "train",
    "val": "train",
    "dev": "train",
    "test": "test",
    "testing": "test",
    "eval": "test",
}


@dataclass(frozen=True)
class Recording:
    """One sound file.

    Args:
        path: The file.
        labels: Names of its classes, at least one.
        split: The part it is listed for; None where the listing does not say.
        group: Speaker, session or the like that a split keeps apart; None where unknown.
        source: The recording that the clip was cut from, where the group is an official fold of many such; None else.
    """

    path: Path
    labels: tuple[str, ...]
    split: Split | None = None
    group: str | None = None
    source: str | None = None


def split_named(name: str, where: str) -> Split | None:
    """Read the name of a split as people write it.

    Args:
        name: `train`, `test`, `validation` and the like; empty where the listing leaves it open.
        where: The file and line, for the error.

    Returns:
        `train`, `test`, or None for an empty name.

    Raises:
        DatasetError: It is no known name of a split.

    Example:
        >>> split_named("Validation", "table.csv, line 2")
        'train'
    """
    if not name:
        return None
    try:
        return SPLIT_NAMES[name.lower()]
    except KeyError:
        raise DatasetError(f"{where}: split is {name!r}; it must be one of {', '.join(SPLIT_NAMES)}") from None
