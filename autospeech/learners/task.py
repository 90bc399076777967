"""What is known of a task before its data come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A classification task, as far as it is known before the budget starts.

    Args:
        classes: How many classes.
        test_clips: How many clips are to be answered for; None when unknown.
        sample_rate: Of all clips that the learner gets, in Hz.

    Raises:
        ValueError: There is no class, or the rate is not above 0.
    """

    classes: int
    test_clips: int | None = None
    sample_rate: int = 16000

    def __post_init__(self) -> None:
        if self.classes < 1:
            raise ValueError(f"a task needs at least one class, not {self.classes}")
        if not self.sample_rate > 0:
            raise ValueError(f"sample_rate must be above 0 Hz, not {self.sample_rate}")
