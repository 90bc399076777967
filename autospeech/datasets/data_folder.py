"""Where the parts of a data set in an official format are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autospeech.datasets.dataset_error import DatasetError

# Since 2020 the folder and the solution may be called this instead of by the data set's name.
PLAIN_DATA, PLAIN_SOLUTION = "train.data", "test.solution"


@dataclass(frozen=True)
class DataFolder:
    """A data set as it lies on disk.

    Args:
        name: Its name.
        data: The folder `NAME.data` (or `train.data`).
        solution: Labels of the test clips: `NAME.solution` (or `test.solution`) beside it.
    """

    name: str
    data: Path
    solution: Path

    @classmethod
    def find(cls, folder: str | Path) -> DataFolder | None:
        """Find the data set that a folder is or holds.

        Args:
            folder: `NAME` with `NAME.data` in it, or `NAME.data` itself.

        Returns:
            Its parts, or None where there is no such folder. The solution may be missing.

        Raises:
            DatasetError: There are several.
        """
        folder = Path(folder).resolve()
        found = (
            [folder] if folder.suffix == ".data" else sorted(part for part in folder.glob("*.data") if part.is_dir())
        )
        if not found:
            return None
        if len(found) > 1:
            raise DatasetError(
                f"{folder}: several data sets ({', '.join(part.name for part in found)}); name one of them"
            )
        data = found[0]
        solutions = [data.with_suffix(".solution"), data.parent / PLAIN_SOLUTION]
        solution = next((file for file in solutions if file.is_file()), solutions[0])
        name = data.parent.name if data.name == PLAIN_DATA else data.stem
        return cls(name, data, solution)

    @property
    def is_autodl(self) -> bool:
        """Whether it holds AutoDL's TFRecords and not AutoSpeech's pickles."""
        return (self.data / "train" / "metadata.textproto").is_file()
