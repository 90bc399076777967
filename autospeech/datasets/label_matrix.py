"""Labels as people give them, as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.given_clip import described, is_missing
from autospeech.datasets.listed import column_names, listed
from autospeech.datasets.unicode_form import as_written, merged_forms


def label_matrix(y: Any, clips: int, least: int = 2) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    """Return the classes, the labels as a matrix, and whether a clip may have several.

    Args:
        y: The label of each clip; or a set, a tuple or a list of names for each; or a matrix of 0 and 1
            `(clips, classes)`. A list, an array `(clips,)` or `(clips, 1)`, a Series or a table; the columns of a table
            of 0 and 1 are the classes.
        clips: How many there must be.
        least: Classes that there must be.

    Returns:
        The classes in sorted order, of a matrix the numbers of its columns, of a table their names; 0 and 1 of shape
        `(clips, classes)`. Names that differ in their Unicode form only (NFC, NFD) are one class, with a
        `ListingWarning`.

    Raises:
        ValueError: There are not as many labels as clips, one is missing, there are fewer classes, or it is something
            else.

    Example:
        >>> classes, labels, several = label_matrix([{"wren", "robin"}, {"wren"}, set()], 3)
        >>> classes.tolist(), labels.astype(int).tolist(), several
        (['robin', 'wren'], [[1, 1], [0, 1], [0, 0]], True)
    """
    names = column_names(y)
    given: npt.NDArray[Any] | None = None
    if names is not None and len(names) != 1:
        given = np.array([listed(y[name], "y") for name in names], object).T
    elif hasattr(y, "toarray"):
        given = np.asarray(y.toarray())
    elif names is None and (hasattr(y, "dtype") or hasattr(y, "__array__")):
        given = np.asarray(y)
    if given is None or (given.dtype == object and (given.ndim == 1 or given.shape[1:] == (1,))):
        elements = listed(y, "y")
        _check_length(elements, clips)
        if _are_several(elements):
            return _sets_of_labels(elements, least)
        given = np.asarray(elements)
    if given.ndim == 0:
        raise ValueError(f"y is of the type {described(y)}; give the label of each clip")
    _check_length(given, clips)
    if given.ndim == 2 and given.shape[1] > 1:
        if not np.isin(given, (0, 1)).all():
            raise ValueError(
                f"y is of the type {described(y)}; a matrix of labels must hold 0 and 1 alone, a column for each class"
                + (f"; its columns are {', '.join(map(str, names[:10]))}, give the labels, y[name]" if names else "")
            )
        named = names is not None and all(isinstance(name, str) for name in names)
        return np.array(names if named else range(given.shape[1])), given.astype(np.float32), True
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
    _check_many(classes, least)
    return classes, np.eye(len(classes), dtype=np.float32)[numbers], False


def right_answers(
    y: Any, clips: int, classes: npt.NDArray[Any], *, multi_label: bool
) -> npt.NDArray[Any] | npt.NDArray[np.float32]:
    """Return labels in the form in which a model predicts them.

    Args:
        y: As for `label_matrix`.
        clips: How many there must be.
        classes: Those of the model.
        multi_label: Whether it may give a clip several.

    Returns:
        The label of each clip, `(clips,)`, or where a clip may have several 0 and 1, `(clips, classes)`.

    Raises:
        ValueError: As for `label_matrix`, or it is of another kind than the model.

    Example:
        >>> right_answers([{"wren"}, set()], 2, np.array(["robin", "wren"]), multi_label=True).tolist()
        [[0.0, 1.0], [0.0, 0.0]]
    """
    found, labels, several = label_matrix(y, clips, least=0)
    # In the Unicode form in which the model knows a name.
    found = np.array(as_written(classes.tolist(), found.tolist()))
    if not multi_label:
        if several:
            raise ValueError("y gives several labels for a clip, and the model was fitted with one for each")
        return found[labels.argmax(axis=1)]
    if several and found.tolist() == [*range(len(classes))]:
        found = classes
    if labels.any() and not np.isin(found, classes).any():
        raise ValueError(f"y has the classes {found.tolist()}, of which the model knows none: {classes.tolist()}")
    return np.stack([labels[:, found == name].max(axis=1, initial=0) for name in classes], axis=1)


def _check_length(labels: Sequence[Any] | npt.NDArray[Any], clips: int) -> None:
    if len(labels) != clips:
        raise ValueError(f"{clips} clips but {len(labels)} labels; each clip needs one")


def _are_several(elements: Sequence[Any]) -> bool:
    """Tell several labels of each clip from one, or from rows of a matrix; what is neither is refused."""
    for element in elements:
        if is_missing(element):
            raise ValueError("a label is missing; give each clip a label")
    several = [isinstance(element, set | frozenset | tuple | list) for element in elements]
    if elements and all(several):
        return not _is_matrix(elements)
    if any(several):
        raise ValueError("some labels are several and some are one; give a set for each clip")
    _check_kinds(elements)
    return False


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


def _sets_of_labels(y: Sequence[Any], least: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    from sklearn.preprocessing import MultiLabelBinarizer

    _check_kinds([label for of_clip in y for label in of_clip])
    if merged := merged_forms("y", (label for of_clip in y for label in of_clip if isinstance(label, str))):
        y = [{merged.get(label, label) for label in of_clip} for of_clip in y]
    binarizer = MultiLabelBinarizer()
    matrix = binarizer.fit_transform(y).astype(np.float32)
    classes = np.array(binarizer.classes_.tolist())
    _check_many(classes, least)
    return classes, matrix, True


def _check_many(classes: npt.NDArray[Any], least: int) -> None:
    if len(classes) < least:
        found = f"all labels are {str(classes[0])!r}" if len(classes) else "there is no label"
        raise ValueError(f"{found}; at least two classes are needed")
