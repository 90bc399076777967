"""Files that a reader finds either whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Replace a file in one step, so that whoever reads it meanwhile sees the old one or the new one.

    Args:
        path: The file; its folder must exist.
        content: Text (written as UTF-8; lone surrogates become ``?``) or bytes.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "scores.txt"
        >>> write_whole(path, "score: 0.5")
        >>> path.read_text()
        'score: 0.5'
    """
    data = content.encode("utf-8", errors="replace") if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
