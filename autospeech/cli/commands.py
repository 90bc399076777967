"""The group of all commands, which prints nothing that a terminal could take for a command of its own."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from autospeech.cli.tell import tell
from autospeech.cli.told_warnings import told_warnings
from autospeech.plain_text import plain_text


class Commands(TyperGroup):
    """Says what is wrong with a command line, what Python warns of, and what no command has foreseen, in plain text.

    Where stdout or stderr cannot encode a letter, as with `PYTHONIOENCODING=ascii`, an escape stands for it.
    """

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command that the command line names; see `click.Command.main`."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        if logging.lastResort is not None:
            logging.lastResort.setFormatter(_PlainFormatter())
        return super().main(*args, **options)

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Parse the options before the command's name; see `click.Command.make_context`."""
        with _plain_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        """Parse the command's own options and run it; see `click.Group.invoke`."""
        with _plain_errors(), told_warnings():
            return super().invoke(ctx)


class _PlainFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(plain_text, super().format(record).split("\n")))


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        if hasattr(error, "format_message"):
            # What is wrong with the command line is told by typer.
            error.message = plain_text(error.message)  # type: ignore[attr-defined]
            raise
        for line in traceback.format_exc().split("\n"):
            tell(line, err=True)
        raise typer.Exit(1) from error
