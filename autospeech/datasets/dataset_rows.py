"""Clips and labels of a `datasets.Dataset` of Hugging Face, row by row; the package itself is not imported."""

from __future__ import annotations

from typing import Any

from autospeech.datasets.stored_sound import StoredSound

# People have packages of their own that are called so too.
_MODULES = ("datasets.arrow_dataset", "datasets.iterable_dataset", "datasets.dataset_dict")
_LABELS = ("label", "labels")


def kind_of(given: Any) -> str:
    """Return which container of the package `datasets` it is, such as `Dataset`; empty for anything else."""
    return next((kind.__name__ for kind in type(given).__mro__ if kind.__module__ in _MODULES), "")


def dataset_rows(dataset: Any, column: str | None = None) -> list[StoredSound]:
    """Return the sounds of a data set; each is loaded when it is read, and not kept.

    Args:
        dataset: A `datasets.Dataset`.
        column: The column of the sounds; None for its only one of the type `Audio`, or of several for `audio`.

    Raises:
        ValueError: There is no such column, or more than one.
    """
    sounds = [name for name, feature in dataset.features.items() if type(feature).__name__ == "Audio"]
    if column is None:
        column = "audio" if "audio" in sounds else sounds[0] if len(sounds) == 1 else None
    if column is None:
        columns = ", ".join(f"{name} ({type(feature).__name__})" for name, feature in dataset.features.items())
        raise ValueError(
            f"X is a Dataset with the columns {columns}, of which {len(sounds)} hold sound; name the one with "
            "X.select_columns(name), after X.cast_column(name, datasets.Audio()) where it holds paths"
        )
    # Not decoded by that package, which would want another one for it; and in none of the formats it may stand in.
    rows = dataset.select_columns([column]).with_format(None)
    feature = rows.features[column]
    rows = rows.cast_column(column, type(feature)(decode=False))
    return [_sound(rows, column, number) for number in range(len(rows))]


def dataset_labels(dataset: Any) -> list[Any]:
    """Return the labels that a data set has: those of `label`, or of its only column of the type `ClassLabel`.

    Args:
        dataset: A `datasets.Dataset`; of anything else labels are not known.

    Returns:
        Names of classes, a list of them where a row has several; None where a label is missing.

    Raises:
        ValueError: There is no such column, or more than one.
    """
    if kind_of(dataset) != "Dataset":
        raise ValueError("y is None; give the label of each clip")
    features = dataset.features
    named = [name for name in features if _names(features[name]) is not None]
    chosen = next((name for name in _LABELS if name in features), named[0] if len(named) == 1 else None)
    if chosen is None:
        raise ValueError(
            f"y is None, and X is a Dataset with the columns {', '.join(features)}, of which {len(named)} are of the "
            "type ClassLabel; give y, such as X['label']"
        )
    cells = dataset.select_columns([chosen]).with_format(None)[:][chosen]
    names = _names(features[chosen])
    if names is None:
        return list(cells)

    def name(cell: Any) -> Any:
        if isinstance(cell, list):
            return [name(number) for number in cell]
        return None if cell is None or cell < 0 else names[cell]

    return [name(cell) for cell in cells]


def _names(feature: Any) -> list[str] | None:
    feature = getattr(feature, "feature", feature)
    return list(feature.names) if type(feature).__name__ == "ClassLabel" else None


def _sound(rows: Any, column: str, number: int) -> StoredSound:
    def load() -> Any:
        cell = rows[number][column]
        if cell is None or (cell["bytes"] is None and cell["path"] is None):
            raise ValueError("the row holds no sound")
        return cell["path"] if cell["bytes"] is None else cell["bytes"]

    return StoredSound(f"row {number}", load)
