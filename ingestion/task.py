"""What the ingestion program has to know of a data set to run a submission on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """A checked data set.

    Args:
        name: Name of the data set, in `NAME.predict_K`.
        kind: `"autospeech"` or `"autodl"`.
        class_num: Number of classes.
        train_num: Number of training clips.
        test_num: Number of test clips.
        time_budget: Seconds that the data set itself asks for, or None.
        load_seconds: What reading the clips takes on this machine.
        stage_metadata: Copies into a folder what the submission may see at once.
        stage_clips: Copies into a folder what it may see when its budget begins.
    """

    name: str
    kind: str
    class_num: int
    train_num: int
    test_num: int
    time_budget: float | None
    load_seconds: float
    stage_metadata: Callable[[Path], None]
    stage_clips: Callable[[Path], None]
