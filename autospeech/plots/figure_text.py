"""Names from outside as text of a figure."""

from __future__ import annotations

from autospeech.plain_text import plain_text

# A label is cut after so many letters, that what it names has room.
MOST_LETTERS = 24
MOST_LETTERS_OF_A_TITLE = 100


def figure_text(text: str, most_letters: int = MOST_LETTERS_OF_A_TITLE) -> str:
    r"""Write a text so that matplotlib draws it as it is, on one line.

    Args:
        text: A label, the name of a file or a title that holds one. What stands between two `$` is no formula, and what
            cannot be printed is shown as an escape; see `plain_text`.
        most_letters: What is longer is cut, and ends in `…`.

    Example:
        >>> print(figure_text(r"$\frac{"), figure_text("no\nend\x1b"), figure_text("abcdefgh", most_letters=5))
        \$\frac{ no\nend\x1b abcd…
    """
    line = plain_text(text)
    line = line if len(line) <= most_letters else f"{line[: most_letters - 1]}…"
    return line.replace("$", r"\$")
