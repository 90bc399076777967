"""What a preset sets."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings


@dataclass(frozen=True)
class Preset:
    """A named way of spending a budget.

    Args:
        name: By which it is chosen.
        schedule: Settings of its schedule.
    """

    name: str
    schedule: RoundsSettings | LadderSettings
