"""What a preset sets."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.learners.network_settings import NetworkSettings


@dataclass(frozen=True)
class Preset:
    """A named way of spending a budget.

    Args:
        name: By which it is chosen.
        network: Settings of the network learner.
        valid_share: Share of the training clips that judge.
        stop_share: Share of the budget that is left unused.
    """

    name: str
    network: NetworkSettings
    valid_share: float
    stop_share: float
