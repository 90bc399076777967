"""SpeechMix on EnvNet and EnvNet-v2, in validated rounds."""

from __future__ import annotations

from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.presets.preset import Preset
from autospeech.schedule.rounds_settings import RoundsSettings


def _speechmix(name: str, network: str, sample_rate: int, samples: int) -> Preset:
    return Preset(
        name=name,
        schedule=RoundsSettings(
            # Jindal et al. (2020), over Tokozume et al. (2018), whose public code has the learning rate and its drops:
            # those of ESC-10 for both networks, as shares of the training. Written out, so that no change of a default
            # may reach it.
            network=WaveformNetworkSettings(
                network=network,
                sample_rate=sample_rate,
                seconds=samples / sample_rate,
                margin=samples // 2 / sample_rate,
                augment="random_scale(slowest=0.8,fastest=1.25),gain(lowest=-6,highest=6)",
                mix_at=("input", "pool_1", "pool_2"),
                mix_gain="hidden",
                optimizer="sgd",
                learning_rate=0.01,
                momentum=0.9,
                weight_decay=5e-4,
                batch=64,
                drops=(0.5, 0.75),
                step_factor=0.1,
                # The paper validates nothing, and answers once.
                epochs_a_round=2,
                crops=10,
            ),
            valid_share=0.1,
            stop_share=0.02,
        ),
    )


SPEECHMIX = (
    _speechmix("speechmix", "envnet", 16000, 24014),
    _speechmix("speechmix-w512", "envnet-w512", 16000, 24014),
    _speechmix("speechmix-v2", "envnet-v2", 44100, 66650),
    _speechmix("speechmix-v2-w512", "envnet-v2-w512", 44100, 66650),
)
