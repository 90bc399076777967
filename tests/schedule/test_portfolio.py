from __future__ import annotations

import pytest

from autospeech.augment.text_form import parse_image_augmentations
from autospeech.learners.waveform_network import WaveformNetwork
from autospeech.presets import find_preset
from autospeech.schedule.build_schedule import build_schedule
from autospeech.schedule.portfolio import ENCODER_PORTFOLIO, PORTFOLIO, check_augmentation, with_augmentation


def test_all_networks_get_the_augmentation() -> None:
    changed = with_augmentation(find_preset("features").schedule, "specmix")
    assert changed.networks.augment == changed.features.networks.augment == "specmix"
    assert changed.features.features == find_preset("features").schedule.features.features
    assert with_augmentation(find_preset("m5").schedule, "gain").network.augment == "gain"


def test_auto_lets_the_networks_of_folds_choose() -> None:
    changed = with_augmentation(find_preset("features").schedule, "auto")
    assert changed.features.networks.portfolio == PORTFOLIO
    assert changed.networks.portfolio == ENCODER_PORTFOLIO
    # Without time to choose, what the preset says.
    assert changed.networks.augment == find_preset("default").schedule.networks.augment


def test_a_choice_is_among_augmentations_of_images_that_are_computed_once() -> None:
    changed = with_augmentation(find_preset("rann").schedule, "auto")
    assert changed.features.networks.augment == PORTFOLIO[0]
    (ensemble,) = build_schedule(changed)._rungs
    assert not ensemble.parts[0].source._chunked
    (ensemble,) = build_schedule(find_preset("rann").schedule)._rungs
    assert ensemble.parts[0].source._chunked


def test_networks_on_features_alone_take_augmentations_of_waveforms() -> None:
    check_augmentation(find_preset("features-alone").schedule, "gaussian_noise,mixup")
    with pytest.raises(ValueError, match="GaussianNoise changes waveforms"):
        check_augmentation(find_preset("features").schedule, "gaussian_noise,mixup")


def test_auto_lets_the_network_of_kon_choose() -> None:
    network = with_augmentation(find_preset("kon").schedule, "auto").network
    assert network.portfolio == (network.augment, "none", "spec_augment", "specmix", "cutmix")
    assert network.augment == find_preset("kon").schedule.network.augment
    check_augmentation(find_preset("kon").schedule, "auto")


def test_the_presets_own_augmentation_stands_first() -> None:
    assert find_preset("features").schedule.features.networks.augment == PORTFOLIO[0]
    assert find_preset("default").schedule.networks.augment == ENCODER_PORTFOLIO[0]


@pytest.mark.parametrize("text", [*PORTFOLIO, *ENCODER_PORTFOLIO])
def test_the_portfolio_can_be_read(text: str) -> None:
    parse_image_augmentations(text)


@pytest.mark.parametrize(
    ("preset", "augment", "message"),
    [
        ("m5", "auto", "cannot choose"),
        ("default-no-networks", "specmix", "no networks to train with specmix"),
        ("default", "gain", "Gain changes waveforms"),
        ("kon", "gian", "did you mean gain"),
        ("m5", "mixupp", "did you mean mixup"),
        ("m5", "specmix", "changes images"),
        ("m5", "background_noise", "no noises"),
    ],
)
def test_what_cannot_be_done_is_said(preset: str, augment: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_augmentation(find_preset(preset).schedule, augment)


def test_a_network_on_waveforms_in_rounds() -> None:
    schedule = build_schedule(find_preset("m5").schedule, augment="gaussian_noise", seed=3)
    assert isinstance(schedule._learner, WaveformNetwork)
    assert schedule._learner.settings.augment == "gaussian_noise"
    assert schedule._learner.settings.seed == 3
