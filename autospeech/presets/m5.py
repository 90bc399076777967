"""A network on raw waveforms, in validated rounds."""

from __future__ import annotations

from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.presets.preset import Preset
from autospeech.schedule.rounds_settings import RoundsSettings

# Dai et al. (2016); two seconds are as much as most classes need.
M5 = Preset(
    name="m5",
    schedule=RoundsSettings(
        network=WaveformNetworkSettings(
            network="m5", seconds=2.0, augment="gain", learning_rate=1e-3, step_epochs=40, epochs_a_round=2
        ),
        valid_share=0.1,
        stop_share=0.125,
    ),
)
