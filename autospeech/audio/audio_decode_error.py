"""The error of a file that cannot be read as sound."""

from __future__ import annotations

from pathlib import Path

from autospeech.audio.path_text import path_text


class AudioDecodeError(ValueError):
    """A file is missing, damaged, or not a sound.

    Args:
        path: The file; the attribute `path` keeps it.
        reason: What is wrong with it.
        mend: What would help.
    """

    def __init__(self, path: str | Path, reason: str, mend: str) -> None:
        super().__init__(f"{path_text(path)}: {reason}; {mend}")
        self.path = Path(path)
