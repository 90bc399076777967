"""What an export has come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exported:
    """A model in a file or a folder, run after it was written.

    Args:
        path: The file or folder.
        bytes: How large it is.
        largest_difference: Between its probabilities and those of the Keras model, for the clips it was checked on.
    """

    path: Path
    bytes: int
    largest_difference: float
