"""What the last prediction is worth, class by class, as an HTML table."""

from __future__ import annotations

from html import escape

import numpy as np
from solution import Solution


def class_table(solution: Solution, aucs: np.ndarray, prediction: np.ndarray) -> str:
    """Write the table.

    Args:
        solution: The true labels and the names of the classes.
        aucs: AUC ``(classes,)``, NaN where there is none.
        prediction: Scores ``(clips, classes)``.

    Returns:
        A `table` element with name, number of test clips and AUC of each class; where clips may have several
        classes, also precision, recall and F1 at the threshold 0.5.
    """
    several = not solution.single_label
    chosen = prediction >= 0.5
    truth = solution.labels == 1
    extra = '<th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th>' if several else ""
    rows = []
    for index, name in enumerate(solution.label_names):
        clips = int(truth[:, index].sum())
        if np.isnan(aucs[index]):
            cell = '<td class="number">–</td><td class="note">not scored</td>'
        else:
            width = f'<span style="width:{100 * aucs[index]:.1f}%"></span>'
            cell = f'<td class="number">{aucs[index]:.4f}</td><td class="bar" aria-hidden="true">{width}</td>'
        if several:
            cell += _precision_recall_f1(truth[:, index], chosen[:, index])
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td class="number">{clips}</td>{cell}</tr>')
    return (
        f'<table class="classes{" several" if several else ""}"><thead><tr><th scope="col">Class</th>'
        f'<th scope="col">Test clips</th><th scope="col">AUC</th><td></td>{extra}</tr></thead>\n'
        f"<tbody>{chr(10).join(rows)}</tbody></table>"
    )


def _precision_recall_f1(truth: np.ndarray, chosen: np.ndarray) -> str:
    right = int((truth & chosen).sum())
    figures = ((right, int(chosen.sum())), (right, int(truth.sum())), (2 * right, int(chosen.sum() + truth.sum())))
    return "".join(f'<td class="number">{part / whole:.2f}</td>' if whole else "<td>–</td>" for part, whole in figures)
