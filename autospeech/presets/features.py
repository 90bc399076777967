"""Ladders with an ensemble of features: on top of the default's, and alone, from scratch."""

from __future__ import annotations

from dataclasses import replace

from autospeech.learners.feature_ensemble_settings import FeatureEnsembleSettings
from autospeech.presets.default import LADDER
from autospeech.presets.preset import Preset
from autospeech.schedule.ladder_settings import LadderSettings

ENSEMBLE = FeatureEnsembleSettings()
FEATURES = Preset(name="features", schedule=replace(LADDER, features=ENSEMBLE))

# Without the default's rungs, and without an encoder.
ALONE = LadderSettings(
    probes={},
    encoder=False,
    # Four features in four folds, which have all the time to themselves.
    features=replace(ENSEMBLE, networks=replace(ENSEMBLE.networks, share=0.05)),
    prior={"features": 1.0},
    gains={"features": 0.5},
)
FEATURES_ALONE = Preset(name="features-alone", schedule=ALONE)
