"""A solution that comes through a pipe, so that no path leads to it."""

from __future__ import annotations

import json
from typing import TextIO

import numpy as np
from bad_input_error import BadInputError
from solution import Solution


def receive_solution(stream: TextIO) -> Solution:
    """Read a solution that another program sends.

    Args:
        stream: Holds a JSON object and then ends. Its `labels` are a list of 0 and 1 for each test clip, its
            `label_names` are one a class, or null; `name` is that of the task.

    Returns:
        The solution.

    Raises:
        BadInputError: It holds something else.

    Example:
        >>> import io
        >>> sent = '{"name": "demo", "labels": [[1, 0], [0, 1]], "label_names": null}'
        >>> receive_solution(io.StringIO(sent)).label_names
        ('class 0', 'class 1')
    """
    try:
        sent = json.load(stream)
        name, labels, names = sent["name"], np.array(sent["labels"], np.float64), sent["label_names"]
        clips, classes = labels.shape
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInputError(f"standard input: no solution with name, labels and label_names ({error!r})") from None
    if not clips or not np.isin(labels, (0, 1)).all() or not isinstance(name, str):
        raise BadInputError("standard input: a solution holds rows of 0 and 1, and has a name")
    if not (isinstance(names, list) and len(names) == classes):
        names = [f"class {index}" for index in range(classes)]
    return Solution(name, labels, tuple(str(label) for label in names))
