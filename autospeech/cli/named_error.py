"""An error that names what it is about."""

from __future__ import annotations

import shutil
from pathlib import Path


def named_error(error: Exception, place: Path | None) -> str:
    """Return what an error says; where the system names no file, as for a full disk, with the place written to.

    Args:
        error: What was raised.
        place: The file or folder that was written; None for the terminal.

    Example:
        >>> named_error(OSError(28, "No space left on device"), Path("answers.csv"))
        'answers.csv: No space left on device; make room or write elsewhere'
    """
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        # What a copied folder lacks, a file each.
        _, target, reason = error.args[0][0]
        return f"{target}: {reason}; make room or write elsewhere"
    if isinstance(error, OSError) and error.strerror and error.filename is None and place is not None:
        return f"{place}: {error.strerror}; make room or write elsewhere"
    return str(error)
