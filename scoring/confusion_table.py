"""The confusion matrix of a prediction as an HTML table with the colours of a heat map."""

from __future__ import annotations

from html import escape

import numpy as np

SHADES = 10


def confusion_matrix(labels: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Count the clips of each true class that were taken for each class.

    Args:
        labels: One-hot, ``(clips, classes)``.
        prediction: Scores, ``(clips, classes)``.

    Returns:
        Counts ``(classes, classes)``, true class down, predicted class across.

    Example:
        >>> labels = np.eye(2)[[0, 0, 1]]
        >>> confusion_matrix(labels, np.array([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]])).tolist()
        [[1, 1], [0, 1]]
    """
    classes = labels.shape[1]
    pairs = labels.argmax(axis=1) * classes + prediction.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def confusion_table(counts: np.ndarray, label_names: tuple[str, ...]) -> str:
    """Write the matrix as a table; the shade of a cell is its share of the row.

    Args:
        counts: ``(classes, classes)``.
        label_names: One a class, from outside: escaped here.

    Returns:
        A `table` element.
    """
    names = [escape(name) for name in label_names]
    size = "small" if len(names) <= 12 else "medium" if len(names) <= 30 else "large"
    head = "".join(f'<th scope="col"><span>{name}</span></th>' for name in names)
    rows = []
    for index, row in enumerate(counts):
        total = max(int(row.sum()), 1)
        cells = "".join(_cell(int(count), total, index == other) for other, count in enumerate(row))
        rows.append(f'<tr><th scope="row">{names[index]}</th>{cells}</tr>')
    return (
        f'<table class="confusion {size}"><caption class="unseen">Test clips by true class (rows) and predicted class'
        f' (columns)</caption><thead><tr><td class="corner">true ↓ predicted →</td>{head}</tr></thead>\n'
        f"<tbody>{chr(10).join(rows)}</tbody></table>"
    )


def _cell(count: int, total: int, right: bool) -> str:
    kind = "hit" if right else "miss"
    if not count:
        return f'<td class="{kind}0">0</td>' if right else "<td></td>"
    return f'<td class="{kind}{1 + (SHADES - 2) * count // total}">{count}</td>'
