"""Named, frozen settings."""

from __future__ import annotations

from autospeech.presets.ablations import ABLATIONS
from autospeech.presets.default import DEFAULT
from autospeech.presets.features import FEATURES, FEATURES_ALONE
from autospeech.presets.kon import KON
from autospeech.presets.m5 import M5
from autospeech.presets.preset import Preset

PRESETS = {preset.name: preset for preset in (DEFAULT, KON, M5, FEATURES, FEATURES_ALONE, *ABLATIONS)}


def find_preset(name: str) -> Preset:
    """Return the preset of a name.

    Args:
        name: One of `PRESETS`.

    Returns:
        Its settings.

    Raises:
        ValueError: There is none of that name; the message names those there are.

    Example:
        >>> find_preset("kon").schedule.network.crops
        10
    """
    if name not in PRESETS:
        raise ValueError(f"there is no preset {name!r}; choose one of: {', '.join(PRESETS)}")
    return PRESETS[name]
