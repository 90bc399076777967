"""What is read in one kind of fuzzing."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """A reader, valid input, and the errors that its documentation names.

    Args:
        files: Name -> content of the files that stand in the folder.
        targets: Names of those of which one is damaged for each input.
        read: Is called with the folder and the name of the damaged file.
        documented: The errors that may come.
        make: Makes an input in another way than by damaging the bytes of a file, whose name and content it is given;
            used for half of the inputs. None for a file that it makes none of.
    """

    files: dict[str, bytes]
    targets: Sequence[str]
    read: Callable[[Path, str], object]
    documented: tuple[type[BaseException], ...]
    make: Callable[[random.Random, str, bytes], bytes | None] | None = None
