"""The ladder without one of its parts, to see what each is worth. Without an encoder there are no networks either."""

from __future__ import annotations

from dataclasses import replace

from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.presets.default import LADDER
from autospeech.presets.preset import Preset

ABLATIONS = tuple(
    Preset(name=f"default-{part}", schedule=schedule)
    for part, schedule in {
        "no-encoder": replace(LADDER, encoder=False),
        "no-speeds": replace(
            LADDER,
            probes={name: members for name, members in LADDER.probes.items() if "speeds" not in name},
            networks=FoldNetworksSettings(augment="mixup(alpha=0.3),cutout(probability=0.5,largest=0.2)"),
        ),
        "no-networks": replace(LADDER, networks=None),
        "no-calibration": replace(LADDER, calibrate=False),
        "random-folds": replace(LADDER, clustered=False),
    }.items()
)
