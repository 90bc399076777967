"""Settings of validated rounds."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings


@dataclass(frozen=True)
class RoundsSettings:
    """How one network is trained in validated rounds.

    Args:
        network: Settings of the learner: a network on log-mel images, or on waveforms.
        valid_share: Share of the training clips that judge.
        stop_share: Share of the budget, its last, in which nothing is trained.
        search_share: Share of the budget for the trainings that choose an augmentation, where the network has several
            to choose from.
    """

    network: NetworkSettings | WaveformNetworkSettings
    valid_share: float
    stop_share: float
    search_share: float = 0.15
