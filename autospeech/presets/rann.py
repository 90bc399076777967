"""RANN by its own recipe: one network on log-mel images, trained from the waveform with all of its augmentations."""

from __future__ import annotations

from dataclasses import replace

from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.presets.features import ALONE, ENSEMBLE
from autospeech.presets.preset import Preset

# Crops are random already; then speed stretching, pitch shifting, white noise, mixup for audio (between classes) and
# SpecAugment.
RECIPE = "random_scale,pitch_shift,gaussian_noise,between_class,spec_augment"

# What two cores can train: 16 kHz, 64 mels, the shallow network of the ensemble.
SMALL = replace(
    ENSEMBLE,
    features=("log_mel",),
    # One feature in four folds.
    networks=replace(ENSEMBLE.networks, augment=RECIPE, label_smoothing=0.0, share=0.2),
)
# As published: 44.1 kHz, 128 mels every 320 samples, 55 million weights; for a GPU. The text gives neither the learning
# rate nor the average's momentum.
PUBLISHED = replace(
    SMALL,
    network="rann-8x4-6",
    networks=replace(SMALL.networks, learning_rate=1e-3, ema_momentum=0.999),
    sample_rate=44100,
    images="published",
)


def _alone(name: str, features: FeatureEnsembleSettings) -> Preset:
    return Preset(name=name, schedule=replace(ALONE, features=features))


RANNS = (_alone("rann", SMALL), _alone("rann-published", PUBLISHED))
