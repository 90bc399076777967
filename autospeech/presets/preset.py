"""What a preset sets."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings

# Of the platforms' data, and what the ladder and Kon's network take.
SAMPLE_RATE = 16000


@dataclass(frozen=True)
class Preset:
    """A named way of spending a budget.

    Args:
        name: By which it is chosen.
        schedule: Settings of its schedule.
    """

    name: str
    schedule: RoundsSettings | LadderSettings

    @property
    def sample_rate(self) -> int:
        """The rate at which data are best kept for it, in Hz: what its networks take, and 16000 at least."""
        networks = self.schedule.network if isinstance(self.schedule, RoundsSettings) else self.schedule.features
        return SAMPLE_RATE if networks is None else max(SAMPLE_RATE, networks.sample_rate)

    def rate_of_clips(self, data_rate: int) -> int:
        """Return the rate at which its schedule gets the clips of data, in Hz.

        That is the data's own, as far as the network makes use of it. Only data below 16 kHz are brought up, since
        most learners take no other rate; a network that wants more than the data have resamples by itself.

        Args:
            data_rate: Sample rate of the data, in Hz.

        Example:
            >>> from autospeech.presets import find_preset
            >>> [find_preset("default").rate_of_clips(rate) for rate in (8000, 16000, 44100)]
            [16000, 16000, 16000]
        """
        return min(max(data_rate, SAMPLE_RATE), self.sample_rate)
