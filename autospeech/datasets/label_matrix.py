"""Labels as people give them, as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.unicode_form import merged_forms


def label_matrix(y: Any, clips: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    """Return the classes, the labels as a matrix, and whether a clip may have several.

    Args:
        y: The label of each clip; or a set, a tuple or a list of names for each; or a matrix of 0 and 1
            `(clips, classes)`.
        clips: How many there must be.

    Returns:
        The classes in sorted order, of a matrix the numbers of its columns; 0 and 1 of shape `(clips, classes)`. Names
        that differ in their Unicode form only (NFC, NFD) are one class, with a `ListingWarning`.

    Raises:
        ValueError: There are not as many labels as clips, one is missing, or there are fewer than two classes.

    Example:
        >>> classes, labels, several = label_matrix([{"wren", "robin"}, {"wren"}, set()], 3)
        >>> classes.tolist(), labels.astype(int).tolist(), several
        (['robin', 'wren'], [[1, 1], [0, 1], [0, 0]], True)
    """
    if len(y) != clips:
        raise ValueError(f"{clips} clips but {len(y)} labels; each clip needs one")
    given = np.asarray(y) if hasattr(y, "dtype") or hasattr(y, "__array__") else None
    if given is None or (given.ndim == 1 and given.dtype == object):
        elements = list(y)
        for element in elements:
            if type(element).__name__ in ("NoneType", "NAType", "NaTType") or _is_nan(element):
                raise ValueError("a label is missing; give each clip a label")
        if elements and all(isinstance(element, set | frozenset | tuple | list) for element in elements):
            if not _is_matrix(elements):
                return _sets_of_labels(elements)
        elif any(isinstance(element, set | frozenset | tuple | list) for element in elements):
            raise ValueError("some labels are several and some are one; give a set for each clip")
        else:
            _check_kinds(elements)
        given = np.asarray(elements)
    if given.ndim == 2 and given.shape[1] > 1:
        if not np.isin(given, (0, 1)).all():
            raise ValueError("a matrix of labels must hold 0 and 1 alone")
        return np.arange(given.shape[1]), given.astype(np.float32), True
    if given.ndim == 2:
        given = given[:, 0]
    if given.ndim != 1:
        raise ValueError(f"labels have the shape {given.shape}; give one label a clip, or a matrix (clips, classes)")
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise ValueError("a label is NaN or infinite; give each clip a label")
    if given.dtype.kind not in "biufU":
        raise ValueError(f"labels are of the type {given.dtype}; give text, whole numbers or truth values")
    if given.dtype.kind == "U" and (merged := merged_forms("y", given.tolist())):
        given = np.array([merged.get(label, label) for label in given.tolist()])
    classes, numbers = np.unique(given, return_inverse=True)
    _check_many(classes)
    return classes, np.eye(len(classes), dtype=np.float32)[numbers], False


def _is_nan(element: Any) -> bool:
    return isinstance(element, float | np.floating) and bool(np.isnan(element))


def _is_matrix(rows: Sequence[Any]) -> bool:
    """Tell rows of a matrix of 0 and 1 from several labels of each clip."""
    return (
        all(isinstance(row, list | tuple) for row in rows)
        and len({len(row) for row in rows}) == 1
        and len(rows[0]) > 0
        and all(isinstance(cell, int | float | np.number) for row in rows for cell in row)
    )


def _check_kinds(labels: Sequence[Any]) -> None:
    kinds = {
        "text" if isinstance(label, str) else "numbers" if isinstance(label, int | float | np.number | np.bool_) else ""
        for label in labels
    }
    if "" in kinds or len(kinds) > 1:
        told = ", ".join(sorted({type(label).__name__ for label in labels}))
        raise ValueError(f"labels are of the types {told}; give text, or numbers, or truth values alone")


def _sets_of_labels(y: Sequence[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    from sklearn.preprocessing import MultiLabelBinarizer

    _check_kinds([label for of_clip in y for label in of_clip])
    if merged := merged_forms("y", (label for of_clip in y for label in of_clip if isinstance(label, str))):
        y = [{merged.get(label, label) for label in of_clip} for of_clip in y]
    binarizer = MultiLabelBinarizer()
    matrix = binarizer.fit_transform(y).astype(np.float32)
    classes = np.array(binarizer.classes_.tolist())
    _check_many(classes)
    return classes, matrix, True


def _check_many(classes: npt.NDArray[Any]) -> None:
    if len(classes) < 2:
        found = f"all labels are {str(classes[0])!r}" if len(classes) else "there is no label"
        raise ValueError(f"{found}; at least two classes are needed")
