"""The page that people look at: detailed_results.html, one file that needs nothing else."""

from __future__ import annotations

from html import escape
from pathlib import Path

from class_table import class_table
from confusion_table import confusion_matrix, confusion_table
from learning_curve_svg import learning_curve_svg
from run_end import RunEnd
from scoreboard import Scoreboard
from time_ticks import duration_text

REFRESH_SECONDS = 2


def results_page(board: Scoreboard, end: RunEnd | None) -> str:
    """Write the page of a run.

    Args:
        board: The scored predictions.
        end: How the run ended; None while it lasts, then the page refreshes itself.

    Returns:
        An HTML document. Strings from outside (task, classes, reason, problems) are escaped.
    """
    state = "running" if end is None else "finished" if end.success else "failed" if end.success is False else "over"
    status = "running" if end is None else f"{state}: {end.reason}" if end.reason else state
    body = [
        f'<header><h1>{escape(board.solution.name)}</h1><p class="status {state}">{escape(status)}</p></header>',
        _figures(board),
    ]
    if board.warnings:
        notes = "".join(f"<li>{escape(warning)}</li>" for warning in board.warnings)
        body.append(f'<section class="warnings"><h2>Warnings</h2><ul>{notes}</ul></section>')
    body.append(f"<section><h2>Learning curve</h2>{learning_curve_svg(board)}</section>")
    if board.predictions:
        body.append(f'<div class="pair">{_predictions(board)}{_classes(board)}</div>{_confusion(board)}')
    return document(board.solution.name, f"ALC {board.alc:.4f}, {state}", "\n".join(body), refresh=end is None)


def message_page(title: str, message: str, refresh: bool) -> str:
    """Write a page for a run that there is nothing to say of but one line.

    Args:
        title: Heading.
        message: The line.
        refresh: Whether the page reloads itself.

    Returns:
        An HTML document.
    """
    state = "running" if refresh else "failed"
    body = f'<header><h1>{escape(title)}</h1><p class="status {state}">{escape(message)}</p></header>'
    return document(title, message, body, refresh)


def document(title: str, subtitle: str, body: str, refresh: bool) -> str:
    """Put a body into a document with its style.

    Args:
        title: Plain text.
        subtitle: Plain text.
        body: HTML.
        refresh: Whether the page reloads itself.

    Returns:
        An HTML document that loads nothing.
    """
    style = (Path(__file__).parent / "results_page.css").read_text(encoding="utf-8")
    reload = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">\n' if refresh else ""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{reload}'
        f"<title>{escape(title)} · {escape(subtitle)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _figures(board: Scoreboard) -> str:
    counted = board.counted
    single = "Accuracy" if board.solution.single_label else "Subset accuracy at 0.5"
    figures = [
        ("ALC", f"{board.alc:.4f}"),
        ("Last NAUC", f"{counted[-1].nauc:.4f}" if counted else "–"),
        (single, f"{counted[-1].accuracy:.1%}" if counted else "–"),
        (
            "Predictions",
            f"{len(counted)}" + (f" of {len(board.predictions)}" if len(counted) < len(board.predictions) else ""),
        ),
        ("First after", duration_text(counted[0].seconds) if counted else "–"),
        ("Budget", duration_text(board.time_budget)),
    ]
    return '<dl class="figures">' + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in figures) + "</dl>"


def _predictions(board: Scoreboard) -> str:
    rows = []
    for prediction in sorted(board.predictions, key=lambda one: one.number):
        seconds = "–" if prediction.seconds != prediction.seconds else f"{prediction.seconds:.2f}"
        if prediction.nauc != prediction.nauc:
            scores = '<td class="note" colspan="2">not valid</td>'
        else:
            late = ' <span class="note">late</span>' if prediction.problem else ""
            scores = (
                f'<td class="number">{prediction.nauc:.4f}{late}</td><td class="number">{prediction.accuracy:.3f}</td>'
            )
        rows.append(f'<tr><th scope="row">{prediction.number}</th><td class="number">{seconds}</td>{scores}</tr>')
    accuracy = "Accuracy" if board.solution.single_label else "Subset acc."
    table = (
        '<table class="predictions"><thead><tr><th scope="col">No.</th><th scope="col">Time (s)</th>'
        f'<th scope="col">NAUC</th><th scope="col">{accuracy}</th></tr></thead>\n'
        f"<tbody>{chr(10).join(rows)}</tbody></table>"
    )
    return f"<section><h2>Predictions</h2>{_scrolling(table, 'Predictions')}</section>"


def _classes(board: Scoreboard) -> str:
    if board.last_aucs is None or board.last_matrix is None:
        return ""
    table = class_table(board.solution, board.last_aucs, board.last_matrix)
    heading = f"Classes <small>prediction {board.counted[-1].number}</small>"
    return f"<section><h2>{heading}</h2>{_scrolling(table, 'Classes')}</section>"


def _confusion(board: Scoreboard) -> str:
    if board.last_matrix is None or not board.solution.single_label:
        return ""
    counts = confusion_matrix(board.solution.labels, board.last_matrix)
    table = confusion_table(counts, board.solution.label_names)
    heading = f"Confusion matrix <small>prediction {board.counted[-1].number}</small>"
    hint = "Number of test clips; the shade is the share of the row."
    return f'<section><h2>{heading}</h2><p class="hint">{hint}</p>{_scrolling(table, "Confusion matrix")}</section>'


def _scrolling(content: str, label: str) -> str:
    # Focusable, so that what does not fit can be scrolled to from the keyboard.
    return f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">{content}</div>'
