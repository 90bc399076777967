"""What is kept of one run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunRecord:
    """One system on one task with one seed.

    Args:
        task: Name of the task.
        system: Name of the system.
        seed: The seed; for a rival without one, the number of the repetition.
        budget: Seconds inside train and test.
        commit: Of the code that ran.
        alc: Area under the learning curve, as scored; what a failed run had predicted counts.
        points: Seconds and NAUC of each prediction that counts, in the order of time.
        seconds_used: Seconds of the budget that were spent.
        peak_mib: Peak memory of the submission's processes together, MiB; None where it cannot be told.
        wall_seconds: Of the whole run, with import and construction.
        load_before: Processes that were running on the machine in the minute before.
        reason: How the run ended.
        failed: Whether the submission, or the run, failed.
    """

    task: str
    system: str
    seed: int
    budget: float
    commit: str
    alc: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    seconds_used: float = 0.0
    peak_mib: float | None = None
    wall_seconds: float = 0.0
    load_before: float = 0.0
    reason: str = ""
    failed: bool = False

    @property
    def first_seconds(self) -> float | None:
        """When the first prediction came; None without one."""
        return self.points[0][0] if self.points else None

    @property
    def first_nauc(self) -> float | None:
        """Score of the first prediction; None without one."""
        return self.points[0][1] if self.points else None

    @property
    def final_nauc(self) -> float | None:
        """Score of the last prediction; None without one."""
        return self.points[-1][1] if self.points else None
