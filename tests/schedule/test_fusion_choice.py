from __future__ import annotations

from dataclasses import replace

import pytest

from autospeech.learners.feature_ensemble import FeatureEnsemble
from autospeech.presets import find_preset
from autospeech.schedule.build_schedule import build_schedule
from autospeech.schedule.fusion_choice import FUSION_CHOICES, with_fusion
from autospeech.schedule.ladder import Ladder
from autospeech.schedule.ladder_settings import LadderSettings


@pytest.mark.parametrize("preset", ["features", "features-alone"])
@pytest.mark.parametrize("fusion", FUSION_CHOICES)
def test_the_fusion_alone_is_another(preset: str, fusion: str) -> None:
    before = find_preset(preset).schedule
    assert isinstance(before, LadderSettings) and before.features is not None
    changed = with_fusion(before, fusion)
    rule, weights = FUSION_CHOICES[fusion]
    assert changed == replace(before, features=replace(before.features, fusion=rule, weights=weights))


def test_average_is_what_the_presets_do_anyway() -> None:
    for preset in ("features", "features-alone"):
        assert with_fusion(find_preset(preset).schedule, "average") == find_preset(preset).schedule


@pytest.mark.parametrize(
    ("preset", "fusion", "says"),
    [
        ("default", "average", "there is no feature; take features-alone"),
        ("kon", "learned", "there is no feature"),
        ("features", "vote", "no fusion 'vote'; choose one of: average, dempster-shafer, improved-d.*, learned"),
    ],
)
def test_what_cannot_be_done_is_said(preset: str, fusion: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        with_fusion(find_preset(preset).schedule, fusion)


def test_one_feature_has_nothing_to_be_fused_with() -> None:
    settings = find_preset("features-alone").schedule
    assert isinstance(settings, LadderSettings) and settings.features is not None
    alone = replace(settings, features=replace(settings.features, features=("cqt",)))
    with pytest.raises(ValueError, match="one feature, cqt"):
        with_fusion(alone, "average")


def test_a_schedule_is_built_with_it() -> None:
    ladder = build_schedule(find_preset("features-alone").schedule, fusion="improved-dempster-shafer")
    assert isinstance(ladder, Ladder)
    (ensemble,) = (rung for rung in ladder._rungs if isinstance(rung, FeatureEnsemble))
    assert ensemble.settings.fusion == "improved_dempster_shafer"
