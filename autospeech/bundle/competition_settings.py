"""The settings of a competition."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

# Nobody can own this address, so that no stranger's image runs where the organiser forgot to name one.
PLACEHOLDER_IMAGE = "example.org/autospeech:latest"


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class CompetitionSettings:
    """What an organiser may choose.

    Args:
        title: Title; None for one made of the data set's name.
        budget: Seconds inside train and test of each submission; None for the data set's own, or 1200.
        start: First day, from midnight UTC.
        days: How long it lasts.
        max_submissions: How many a participant may hand in.
        max_submissions_per_day: How many of these on one day.
        docker_image: The image in which all programs run, on a registry that the platform can reach. The default is a
            placeholder.

    Raises:
        ValueError: A setting is out of range.
    """

    title: str | None = None
    budget: float | None = None
    start: date = field(default_factory=_today)
    days: int = 90
    max_submissions: int = 100
    max_submissions_per_day: int = 5
    docker_image: str = PLACEHOLDER_IMAGE

    def __post_init__(self) -> None:
        if self.title is not None and not self.title.strip():
            raise ValueError(f"the title must not be empty, but it is {self.title!r}")
        if self.budget is not None and not 0 < self.budget < float("inf"):
            raise ValueError(f"the budget must be a finite number of seconds above 0, not {self.budget}")
        for name in ("days", "max_submissions", "max_submissions_per_day"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if not self.docker_image or self.docker_image.split() != [self.docker_image]:
            raise ValueError(f"the Docker image must be a name without blanks, not {self.docker_image!r}")

    @property
    def end(self) -> date:
        """The day at whose beginning it ends."""
        return self.start + timedelta(days=self.days)
