"""Named, frozen settings."""

from __future__ import annotations

from autospeech.presets.ablations import ABLATIONS
from autospeech.presets.default import DEFAULT
from autospeech.presets.features import FEATURES, FEATURES_ALONE
from autospeech.presets.kon import KON
from autospeech.presets.m5 import M5
from autospeech.presets.preset import Preset
from autospeech.presets.rann import RANNS
from autospeech.presets.speechmix import SPEECHMIX
from autospeech.schedule.ladder_settings import LadderSettings

PRESETS = {
    preset.name: preset
    for preset in (
        DEFAULT,
        KON,
        M5,
        *SPEECHMIX,
        FEATURES,
        FEATURES_ALONE,
        *RANNS,
        *ABLATIONS,
    )
}


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


def check_can_be_saved(name: str) -> None:
    """Refuse a preset whose models cannot be written to a file, before any time is spent on one.

    Raises:
        ValueError: There is no such preset, or its networks have no graph from waveform to probabilities.

    Example:
        >>> check_can_be_saved("default")
    """
    if not _is_able(find_preset(name)):
        able = [preset.name for preset in PRESETS.values() if _is_able(preset)]
        raise ValueError(f"models of the preset {name!r} cannot be written to a file; choose one of: {', '.join(able)}")


def _is_able(preset: Preset) -> bool:
    return isinstance(preset.schedule, LadderSettings) and preset.schedule.features is None
