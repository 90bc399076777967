"""Another fusion than a preset's for what networks on several features say."""

from __future__ import annotations

from dataclasses import replace

from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings

# The rule, and how the weights of an average are found.
FUSION_CHOICES = {
    "average": ("weighted_average", "uniform"),
    "dempster-shafer": ("dempster_shafer", "uniform"),
    "improved-dempster-shafer": ("improved_dempster_shafer", "uniform"),
    "learned": ("weighted_average", "slsqp"),
}


def with_fusion(settings: RoundsSettings | LadderSettings, fusion: str) -> LadderSettings:
    """Return settings whose networks on features are fused in another way.

    Args:
        settings: Of a schedule.
        fusion: One of `FUSION_CHOICES`: the plain average, Dempster's rule, the improved one, or `learned`, an average
            whose weights have the smallest cross-entropy on the clips that each network was trained without.

    Raises:
        ValueError: There is no such fusion, or there are not two features.

    Example:
        >>> from autospeech.presets import find_preset
        >>> found = with_fusion(find_preset("features-alone").schedule, "learned").features
        >>> found.fusion, found.weights
        ('weighted_average', 'slsqp')
    """
    if fusion not in FUSION_CHOICES:
        raise ValueError(f"there is no fusion {fusion!r}; choose one of: {', '.join(FUSION_CHOICES)}")
    features = settings.features if isinstance(settings, LadderSettings) else None
    if not isinstance(settings, LadderSettings) or features is None or len(features.features) < 2:
        there = "no feature" if features is None else f"one feature, {features.features[0]}"
        raise ValueError(f"{fusion} fuses networks on several features, and there is {there}; take features-alone")
    rule, weights = FUSION_CHOICES[fusion]
    return replace(settings, features=replace(features, fusion=rule, weights=weights))
