"""The private folder of a run: what the submission sees, and what is kept beside it until it may."""

from __future__ import annotations

from pathlib import Path

from submission_fault import SubmissionFaultError


class PrivateFolder:
    """Lays out a folder of copies for a submission.

    Args:
        path: A new folder that nobody else may enter.

    Attributes:
        seen: What the submission sees: `runner/`, `code/`, `data/`, `tmp/` and `shm/`.
        waiting: What it sees later.
        root: An empty folder, in which isolation builds a root folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen, self.waiting, self.root = path / "seen", path / "waiting", path / "root"
        for folder in (self.seen, self.waiting, self.root, *(self.seen / name for name in _FOLDERS)):
            folder.mkdir()

    def hand_over(self) -> None:
        """Move what waits to where the submission sees it.

        Raises:
            SubmissionFaultError: Something of its own stands in the way.
        """
        data = self.seen / "data"
        try:
            for file in sorted(path for path in self.waiting.rglob("*") if path.is_file()):
                file.replace(data / file.relative_to(self.waiting))
        except OSError as error:
            raise SubmissionFaultError(f"the submission changed the folder of its data: {error}") from None


_FOLDERS = ("runner", "code", "data", "tmp", "shm")
