"""The ladder."""

from __future__ import annotations

from autospeech.learners.probe import Member
from autospeech.presets.preset import Preset
from autospeech.schedule.ladder_settings import LadderSettings

# docs/anytime.md says on what evidence.
DEFAULT = Preset(
    name="default",
    schedule=LadderSettings(
        statistics=(
            Member("rich", "lda"),
            Member("rich", "kernel_ridge"),
            Member("rich", "lda", by_themselves=True),
            Member("rich", "kernel_ridge", by_themselves=True),
            Member("simple", "lda"),
            Member("simple", "kernel_ridge"),
        ),
        prior={
            "rich-lda": 0.3,
            "rich-kernel_ridge": 0.4,
            "rich-lda-own": 0.3,
            "rich-kernel_ridge-own": 0.4,
        },
        gains={"statistics": 0.15},
    ),
)
