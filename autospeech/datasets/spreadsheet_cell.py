"""Cells of CSV files that a spreadsheet must not take for formulas."""

from __future__ import annotations

import re

# What makes a cell a formula, in its wide forms too; spreadsheets pass over tabs and line breaks before it.
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


def spreadsheet_cell(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Args:
        text: A label, the name of a file or a message; not a number, which may begin with a sign.

    Returns:
        The text, with an apostrophe in front where it begins with `=`, `+`, `-`, `@`, a tab or a line break, or with
        apostrophes before one of these; `true_cell` takes it away again.

    Example:
        >>> spreadsheet_cell("=1+1"), spreadsheet_cell("dog"), true_cell("'=1+1"), true_cell("'dog'")
        ("'=1+1", 'dog', '=1+1', "'dog'")

    References:
        https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if _FORMULA.match(text) else text


def true_cell(cell: str) -> str:
    """Return the text that `spreadsheet_cell` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
