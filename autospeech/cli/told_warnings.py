"""Warnings as the lines that a person reads."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from autospeech.cli.tell import tell


@contextmanager
def told_warnings() -> Iterator[Collection[str]]:
    """Print warnings to stderr as `warning: …`, each text once, without the line of code that it comes from.

    Yields:
        The texts that were printed, which grow.
    """
    # A dictionary, since it keeps its order.
    told: dict[str, None] = {}

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in told:
            told[str(message)] = None
            tell(f"warning: {message}", err=True)

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield told.keys()
