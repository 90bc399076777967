"""The reference recipe: the third place of AutoSpeech 2019."""

from __future__ import annotations

from autospeech.learners.network_settings import NetworkSettings
from autospeech.presets.preset import Preset
from autospeech.schedule.rounds_settings import RoundsSettings

# Kon (NS Solutions), AutoSpeech 2019, third place, NeurIPS 2019 AutoDL workshop. Written out, since other systems are
# measured against it: no change of a default may reach it.
KON = Preset(
    name="kon",
    schedule=RoundsSettings(
        network=NetworkSettings(
            sample_rate=16000,
            seconds=5.0,
            n_fft=1024,
            hop_length=512,
            n_mels=64,
            fmin=20.0,
            fmax=8000.0,
            crop_frames=64,
            augment="mixup(alpha=0.2),cutout(probability=0.5,largest=0.2)",
            learning_rate=0.01,
            momentum=0.9,
            decay=1e-6,
            batch=32,
            epochs_a_round=5,
            valid_crops=1,
            crops=10,
            warm_start="kon_speakers",
        ),
        valid_share=0.1,
        stop_share=0.125,
    ),
)
