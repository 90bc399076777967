"""The ladder without one of its parts, to see what each is worth."""

from __future__ import annotations

from dataclasses import replace

from autospeech.presets.default import LADDER
from autospeech.presets.preset import Preset

ABLATIONS = tuple(
    Preset(name=f"default-{part}", schedule=schedule)
    for part, schedule in {
        "no-encoder": replace(LADDER, encoder=False),
        "no-speeds": replace(LADDER, probes={name: m for name, m in LADDER.probes.items() if "speeds" not in name}),
        "no-networks": replace(LADDER, networks=None),
        "no-calibration": replace(LADDER, calibrate=False),
        "random-folds": replace(LADDER, clustered=False),
    }.items()
)
