"""Samples with a rate of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class RatedSamples:
    """A clip that is given with its sample rate.

    Args:
        samples: An array in any form that `as_waveform` takes.
        sample_rate: In Hz.
    """

    samples: Any
    sample_rate: int
