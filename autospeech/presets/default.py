"""The ladder."""

from __future__ import annotations

from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.member import Member
from autospeech.presets.preset import Preset
from autospeech.schedule.ladder_settings import LadderSettings

# Slower and faster by about as much as voices differ.
_SPEEDS = (0.85, 1.18)

# docs/anytime.md says on what evidence.
LADDER = LadderSettings(
    probes={
        "statistics": (
            Member("rich", "lda", by_themselves=True),
            Member("rich", "kernel_ridge", by_themselves=True),
            Member("rich", "kernel_ridge"),
            Member("simple", "kernel_ridge"),
        ),
        "statistics at speeds": (
            Member("rich", "lda", by_themselves=True, speeds=_SPEEDS),
            Member("rich", "kernel_ridge", by_themselves=True, speeds=_SPEEDS),
        ),
        "encoder": (
            Member("embedding", "lda", by_themselves=True),
            Member("embedding", "kernel_ridge", by_themselves=True),
            Member("rich+embedding", "lda", by_themselves=True),
            Member("rich+embedding", "kernel_ridge", by_themselves=True),
        ),
        "encoder at speeds": (
            Member("embedding", "lda", by_themselves=True, speeds=_SPEEDS),
            Member("embedding", "kernel_ridge", by_themselves=True, speeds=_SPEEDS),
            Member("rich+embedding", "lda", by_themselves=True, speeds=_SPEEDS),
            Member("rich+embedding", "kernel_ridge", by_themselves=True, speeds=_SPEEDS),
        ),
    },
    networks=FoldNetworksSettings(),
    prior={
        "rich-lda-own": 0.3,
        "rich-kernel_ridge-own": 0.3,
        "rich-kernel_ridge": 0.1,
        "embedding-lda-own": 0.2,
        "embedding-kernel_ridge-own": 0.2,
        "rich+embedding-lda-own": 0.2,
        "rich+embedding-kernel_ridge-own": 0.2,
        "rich-lda-own-speeds": 0.2,
        "rich-kernel_ridge-own-speeds": 0.2,
        "embedding-lda-own-speeds": 0.1,
        "embedding-kernel_ridge-own-speeds": 0.1,
        "rich+embedding-lda-own-speeds": 0.1,
        "rich+embedding-kernel_ridge-own-speeds": 0.1,
    },
    gains={
        "statistics": 0.15,
        "statistics at speeds": 0.2,
        "encoder": 0.3,
        "encoder at speeds": 0.2,
        "networks": 0.1,
    },
)

DEFAULT = Preset(name="default", schedule=LADDER)
