"""Other layers than a preset's, after which pairs of clips are mixed."""

from __future__ import annotations

import re
from dataclasses import replace

from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings

NONE = "none"


def with_mixing(settings: RoundsSettings | LadderSettings, mix_at: str) -> RoundsSettings:
    """Return settings whose network mixes clips after other layers.

    Args:
        settings: Of a schedule with a network on waveforms.
        mix_at: Names of layers, separated by commas; `input` alone is between-class learning, `none` plain training.

    Raises:
        ValueError: The network is none on waveforms, or a name is empty.

    Example:
        >>> from autospeech.presets import find_preset
        >>> with_mixing(find_preset("m5").schedule, "input,pool_1").network.mix_at
        ('input', 'pool_1')
    """
    if not isinstance(settings, RoundsSettings) or not isinstance(settings.network, WaveformNetworkSettings):
        raise ValueError(
            f"layers to mix after ({mix_at}) are for a network on waveforms; take a preset with one, such as m5"
        )
    names = () if mix_at.strip() == NONE else tuple(name.strip() for name in mix_at.split(","))
    if not all(names):
        raise ValueError(f"layers to mix after must be names separated by commas, such as input,pool_1, not {mix_at!r}")
    return replace(settings, network=replace(settings.network, mix_at=names))


def check_mixing(settings: RoundsSettings | LadderSettings, mix_at: str) -> None:
    """Look for mistakes without training; the network is built for it.

    Raises:
        ValueError: The text cannot be read, the schedule has no network on waveforms, or that network has no such layer
            or cannot be cut after it.
    """
    network = with_mixing(settings, mix_at).network
    assert isinstance(network, WaveformNetworkSettings)
    from autospeech.networks import build_network
    from autospeech.networks.speechmix import check_cuts

    # Layers have the same names whatever the width, and millions of weights take seconds to draw.
    narrow = re.sub(r"^(envnet(?:-v2)?)(-w\d+)?$", r"\1-w1", network.network)
    samples = round(network.seconds * network.sample_rate)
    check_cuts(build_network(narrow, 2, (samples, 1)), network.mix_at)
