"""Settings of validated rounds."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.learners.network_settings import NetworkSettings


@dataclass(frozen=True)
class RoundsSettings:
    """How one network is trained in validated rounds.

    Args:
        network: Settings of the network learner.
        valid_share: Share of the training clips that judge.
        stop_share: Share of the budget that is left unused.
    """

    network: NetworkSettings
    valid_share: float
    stop_share: float
