"""Labels as people give them, as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def label_matrix(y: Any, clips: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    """Return the classes, the labels as a matrix, and whether a clip may have several.

    Args:
        y: The label of each clip; or a set, a tuple or a list of names for each; or a matrix of 0 and 1
            `(clips, classes)`.
        clips: How many there must be.

    Returns:
        The classes in sorted order, of a matrix the numbers of its columns; 0 and 1 of shape `(clips, classes)`.

    Raises:
        ValueError: There are not as many labels as clips, one is missing, or there are fewer than two classes.

    Example:
        >>> classes, labels, several = label_matrix([{"wren", "robin"}, {"wren"}, set()], 3)
        >>> classes.tolist(), labels.astype(int).tolist(), several
        (['robin', 'wren'], [[1, 1], [0, 1], [0, 0]], True)
    """
    if len(y) != clips:
        raise ValueError(f"{clips} clips but {len(y)} labels; each clip needs one")
    if isinstance(y, list | tuple) and all(_is_set(of_clip) for of_clip in y):
        return _sets_of_labels(y)
    try:
        given = np.asarray(y)
    except ValueError as error:
        raise ValueError("the rows of the labels differ in length; for several labels a clip give sets") from error
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
    if given.dtype == object and any(label is None or label != label for label in given):
        raise ValueError("a label is missing; give each clip a label")
    classes, numbers = np.unique(given, return_inverse=True)
    _check_many(classes)
    return classes, np.eye(len(classes), dtype=np.float32)[numbers], False


def _is_set(of_clip: Any) -> bool:
    """Tell several labels of a clip from a row of a matrix."""
    if isinstance(of_clip, list):
        return all(isinstance(label, str) for label in of_clip)
    return isinstance(of_clip, set | frozenset | tuple)


def _sets_of_labels(y: Sequence[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    from sklearn.preprocessing import MultiLabelBinarizer

    binarizer = MultiLabelBinarizer()
    matrix = binarizer.fit_transform(y).astype(np.float32)
    _check_many(binarizer.classes_)
    return binarizer.classes_, matrix, True


def _check_many(classes: npt.NDArray[Any]) -> None:
    if len(classes) < 2:
        found = f"all labels are {str(classes[0])!r}" if len(classes) else "there is no label"
        raise ValueError(f"{found}; at least two classes are needed")
