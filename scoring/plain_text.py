"""Text that comes from strangers, made safe to print."""

from __future__ import annotations


def plain_text(text: object) -> str:
    r"""Write a text on one line, with a visible escape for every character that cannot be printed.

    Labels, names of files and messages of exceptions may hold what a terminal takes for a command (ESC and other
    control characters, carriage returns, backspaces), what changes the order of letters (bidirectional overrides), what
    cannot be seen (zero-width characters) and what cannot be encoded (surrogates). They are written as `repr` does.

    Args:
        text: Any text, or an object whose `str` is shown.

    Returns:
        The text itself in nearly all cases. Files that hold data keep the text that was given.

    Example:
        >>> plain_text("a\x1b[2Jb\nc"), plain_text("wav.\u202eexe"), plain_text("日本")
        ('a\\x1b[2Jb\\nc', 'wav.\\u202eexe', '日本')
    """
    line = str(text)
    if line.isprintable():
        return line
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in line)
