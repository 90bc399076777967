"""The progress bar of all commands that decode sound files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autospeech.datasets.decode_recordings import BadFile, Progress


@contextmanager
def decoding_bar(description: str = "decoding") -> Iterator[tuple[Progress, BadFile]]:
    """Show on stderr how many files are done and how long the others take; nothing where that is no terminal.

    Args:
        description: What is done with the files.

    Yields:
        What to call with the number of files done and of all, and what to call with the error of a file that is left
        out, which is told in either case.
    """
    from rich import progress

    from autospeech.cli.plain_console import PlainConsole

    console = PlainConsole(stderr=True)
    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(description, total=None)

        def decoded(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def left_out(error: ValueError) -> None:
            console.print(f"left out: {error}", soft_wrap=True)

        yield decoded, left_out
