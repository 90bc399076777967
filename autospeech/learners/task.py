"""What is known of a task before its data come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A classification task, as far as it is known before the budget starts.

    Args:
        classes: How many classes.
        test_clips: How many clips are to be answered for; None when unknown.

    Raises:
        ValueError: There is no class.
    """

    classes: int
    test_clips: int | None = None

    def __post_init__(self) -> None:
        if self.classes < 1:
            raise ValueError(f"a task needs at least one class, not {self.classes}")
