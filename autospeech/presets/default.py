"""The ladder."""

from __future__ import annotations

from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.member import Member
from autospeech.presets.preset import Preset
from autospeech.schedule.ladder_settings import LadderSettings

# docs/anytime.md says on what evidence.
DEFAULT = Preset(
    name="default",
    schedule=LadderSettings(
        statistics=(
            Member("rich", "lda", by_themselves=True),
            Member("rich", "kernel_ridge", by_themselves=True),
            Member("rich", "kernel_ridge"),
            Member("simple", "kernel_ridge"),
        ),
        embedding=(
            Member("embedding", "lda", by_themselves=True),
            Member("embedding", "kernel_ridge", by_themselves=True),
            Member("rich+embedding", "lda", by_themselves=True),
            Member("rich+embedding", "kernel_ridge", by_themselves=True),
        ),
        networks=FoldNetworksSettings(),
        prior={
            "rich-lda-own": 0.3,
            "rich-kernel_ridge-own": 0.3,
            "rich-kernel_ridge": 0.1,
            "embedding-lda-own": 0.2,
            "embedding-kernel_ridge-own": 0.2,
            "rich+embedding-lda-own": 0.2,
            "rich+embedding-kernel_ridge-own": 0.2,
        },
        gains={"statistics": 0.15, "encoder": 0.3, "networks": 0.1},
    ),
)
