"""A line for a person, safe to print whatever stands in it."""

from __future__ import annotations

import typer

from autospeech.plain_text import plain_text


def tell(line: object, *, err: bool = False) -> None:
    """Print a line with what cannot be printed as visible escapes; see `plain_text`.

    Args:
        line: What to say, with labels, names of files and errors in it as they are.
        err: Whether it goes to stderr.
    """
    typer.echo(plain_text(line), err=err)
