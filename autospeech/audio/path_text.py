"""The name of a file as text that can be shown and written anywhere."""

from __future__ import annotations

import os
from pathlib import Path

from autospeech.plain_text import plain_text


def path_text(path: str | Path) -> str:
    r"""Write a path with what is no UTF-8, or moves the cursor, as escapes.

    Args:
        path: Any path; on Linux names are bytes, and an old archive may bring some that no terminal can show.

    Returns:
        The path itself in nearly all cases.

    Example:
        >>> path_text("caf\udce9.wav"), path_text("two\nlines.wav"), path_text("日本.wav")
        ('caf\\xe9.wav', 'two\\nlines.wav', '日本.wav')
    """
    return plain_text(os.fsencode(path).decode("utf-8", "backslashreplace"))
