"""A console that shows text as it is."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from autospeech.plain_text import plain_text


class PlainConsole(Console):
    r"""Prints texts, tables and their cells without reading square brackets as styles or `:name:` as emoji.

    What cannot be printed stands as visible escapes; see `plain_text`. A text is one line.

    Args:
        stderr: Whether it prints to stderr.

    Example:
        >>> PlainConsole().print("[/b] :dog:\x1b[2J")
        [/b] :dog:\x1b[2J
    """

    def __init__(self, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text with its style, and nothing of it read as markup; see `rich.console.Console`."""
        kept = {name: options[name] for name in ("style", "justify", "overflow") if name in options}
        return super().render_str(plain_text(text), **kept)
