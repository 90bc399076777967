"""The private folder of a run: what the submission sees, and what is kept beside it."""

from __future__ import annotations

from pathlib import Path

_SEEN = ("runner", "code", "data", "tmp", "shm")


class PrivateFolder:
    """Lays out a folder of copies for a submission.

    Args:
        path: A new folder that nobody else may enter.

    Attributes:
        seen: What the submission sees: `runner/`, `code/`, `data/`, `tmp/` and `shm/`.
        root: An empty folder, in which isolation builds a root folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen, self.root = path / "seen", path / "root"
        for folder in (self.seen, self.root, *(self.seen / name for name in _SEEN)):
            folder.mkdir()
