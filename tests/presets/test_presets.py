from __future__ import annotations

import dataclasses
import inspect

import keras
import numpy as np
import pytest

from autospeech.augment.cutout import Cutout
from autospeech.augment.random_crop import RandomCrop
from autospeech.augment.text_form import parse_augmentations
from autospeech.competition import Model
from autospeech.learners import waveform_network
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.feature_images import IMAGES
from autospeech.learners.network import NetworkLearner
from autospeech.learners.sections import Sections
from autospeech.learners.task import Task
from autospeech.learners.waveform_network import WaveformNetwork
from autospeech.networks.envnet import EnvNet
from autospeech.presets import PRESETS, find_preset
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.mixing_layers import check_mixing
from autospeech.schedule.rounds_settings import RoundsSettings


def schedule_of(name: str) -> RoundsSettings:
    schedule = find_preset(name).schedule
    assert isinstance(schedule, RoundsSettings)
    return schedule


def test_kon_is_the_published_recipe() -> None:
    kon = find_preset("kon")
    assert dataclasses.asdict(kon) == {
        "name": "kon",
        "schedule": {
            "network": {
                "sample_rate": 16000,
                "seconds": 5.0,
                "n_fft": 1024,
                "hop_length": 512,
                "n_mels": 64,
                "fmin": 20.0,
                "fmax": 8000.0,
                "crop_frames": 64,
                "augment": "mixup(alpha=0.2),cutout(probability=0.5,largest=0.2)",
                "learning_rate": 0.01,
                "momentum": 0.9,
                "decay": 1e-6,
                "batch": 32,
                "portfolio": (),
                "epochs_a_round": 5,
                "valid_crops": 1,
                "crops": 10,
                "warm_start": "kon_speakers",
                "seed": 0,
            },
            "valid_share": 0.1,
            "stop_share": 0.125,
            "search_share": 0.15,
        },
    }


def test_what_kon_takes_from_elsewhere_is_as_published_too() -> None:
    learner = NetworkLearner(dataclasses.replace(schedule_of("kon").network, warm_start=None))
    learner.warm_up(Task(10))
    assert learner.network.input_shape == (None, 64, 64, 1)
    assert learner.network.count_params() == 166730
    assert [layer.rate for layer in learner.network.layers if isinstance(layer, keras.layers.Dropout)] == [0.5]
    crop, _, cutout = learner._augmentations[learner.settings.augment].augmentations
    assert isinstance(crop, RandomCrop)
    assert crop.frames == 64
    assert isinstance(cutout, Cutout)
    assert cutout.fill == 0
    optimizer = learner.network.optimizer
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert (optimizer.momentum, optimizer.nesterov, optimizer.weight_decay) == (0.9, False, None)
    rates = optimizer._learning_rate
    assert [float(rates(step)) for step in (0, 1_000_000)] == pytest.approx([0.01, 0.005])


@pytest.mark.parametrize(
    ("name", "network", "rate", "samples"),
    [
        ("speechmix", "envnet", 16000, 24014),
        ("speechmix-w512", "envnet-w512", 16000, 24014),
        ("speechmix-v2", "envnet-v2", 44100, 66650),
        ("speechmix-v2-w512", "envnet-v2-w512", 44100, 66650),
    ],
)
def test_speechmix_is_the_published_recipe(name: str, network: str, rate: int, samples: int) -> None:
    assert dataclasses.asdict(find_preset(name)) == {
        "name": name,
        "schedule": {
            "network": {
                "network": network,
                "sample_rate": rate,
                "seconds": pytest.approx(samples / rate),
                "margin": pytest.approx(samples // 2 / rate),
                "feature": None,
                "feature_settings": {},
                "augment": "random_scale(slowest=0.8,fastest=1.25),gain(lowest=-6,highest=6)",
                "mix_at": ("input", "pool_1", "pool_2"),
                "mix_gain": "hidden",
                "optimizer": "sgd",
                "learning_rate": 0.01,
                "momentum": 0.9,
                "weight_decay": 5e-4,
                "batch": 64,
                "step_epochs": 20,
                "step_factor": 0.1,
                "drops": (0.5, 0.75),
                "epochs_a_round": 2,
                "crops": 10,
                "seed": 0,
            },
            "valid_share": 0.1,
            "stop_share": 0.02,
            "search_share": 0.15,
        },
    }
    assert find_preset(name).sample_rate == rate
    settings = schedule_of(name).network
    learner = WaveformNetwork(dataclasses.replace(settings, network=network.partition("-w")[0] + "-w1"))
    assert learner._input_shape() == (samples, 1)
    assert EnvNet.named(network).samples == samples
    assert EnvNet.named(network).sample_rate == rate
    check_mixing(schedule_of(name), ",".join(settings.mix_at))
    # The clip itself and half a section of silence on either side, in ten evenly spaced sections.
    sections = Sections([np.ones(3 * rate)], samples, round(settings.margin * rate))
    _, begins = sections.spaced(settings.crops)
    np.testing.assert_allclose(begins, np.linspace(0, 3 * rate + samples // 2 * 2 - samples, 10), atol=0.5)


@pytest.mark.parametrize(
    ("name", "samples"), [("speechmix", 5294), pytest.param("speechmix-v2", 23642, marks=pytest.mark.slow)]
)
def test_speechmix_runs_a_tiny_epoch(name: str, samples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    preset = find_preset(name)
    network = schedule_of(name).network
    # The shortest sections, and few units, are quick.
    tiny = dataclasses.replace(
        network, network=f"{network.network}-w8", seconds=samples / network.sample_rate, batch=2, crops=2
    )
    schedule = dataclasses.replace(schedule_of(name), network=tiny)
    monkeypatch.setitem(PRESETS, name, dataclasses.replace(preset, schedule=schedule))
    monkeypatch.setattr(waveform_network, "FORWARD_BATCH", 4)
    rng = np.random.default_rng(0)
    clips = [rng.normal(scale=0.1, size=network.sample_rate).astype("float32") for _ in range(8)]
    model = Model({"class_num": 2, "sample_rate": network.sample_rate}, preset=name)
    weights = model._schedule._learner.network.get_weights()
    model.train((clips, np.eye(2)[[0, 1] * 4]))
    learner = model._schedule._learner
    assert learner.history[-1].epoch == 2
    assert np.isfinite(learner.step_losses).all() and len(learner.step_losses) >= 2
    assert not all(np.array_equal(*pair) for pair in zip(weights, learner.network.get_weights(), strict=True))
    np.testing.assert_allclose(model.test(clips[:3]).sum(axis=1), 1)


def test_a_preset_cannot_be_changed_and_a_wrong_name_tells_the_right_ones() -> None:
    for name, preset in PRESETS.items():
        assert preset.name == name
        with pytest.raises(dataclasses.FrozenInstanceError):
            preset.schedule = None
        with pytest.raises(dataclasses.FrozenInstanceError):
            preset.schedule.seed = 1
    with pytest.raises(ValueError, match="kon"):
        find_preset("nokon")


def test_the_default_is_a_ladder_of_all_rungs() -> None:
    schedule = find_preset("default").schedule
    assert isinstance(schedule, LadderSettings)
    assert schedule.encoder
    assert schedule.networks is not None
    assert schedule.calibrate
    assert set(schedule.gains) == {*schedule.probes, "networks"}
    for name, members in schedule.probes.items():
        assert all(("embedding" in member.vectors) == name.startswith("encoder") for member in members), name
        assert all(bool(member.speeds) == name.endswith("at speeds") for member in members), name
    names = [member.name for members in schedule.probes.values() for member in members]
    assert len(names) == len(set(names))
    # A prior of a misspelt member would count for nothing, unnoticed.
    assert set(schedule.prior) <= {*names, EncoderSource.name}
    assert all(weight > 0 for weight in schedule.prior.values())


def test_rann_has_all_augmentations_of_its_recipe_and_the_published_one_its_setting() -> None:
    for name in ("rann", "rann-published"):
        schedule = find_preset(name).schedule
        assert isinstance(schedule, LadderSettings) and schedule.features is not None
        assert schedule.features.features == ("log_mel",)
        networks = schedule.features.networks
        waveforms, images = parse_augmentations(networks.augment)
        assert [type(each).__name__ for each in (*waveforms.augmentations, *images.augmentations)] == [
            "RandomScale",
            "PitchShift",
            "GaussianNoise",
            "BetweenClass",
            "SpecAugment",
        ]
        # Adam, one cycle, averaged weights.
        assert networks.weight_decay == 0 and networks.warm_up == 0.3 and networks.ema_momentum > 0
    assert schedule.features.sample_rate == 44100
    assert schedule.features.network == "rann-8x4-6"
    assert IMAGES[schedule.features.images] == {"log_mel": {"n_mels": 128, "hop_length": 320}}


def test_the_model_learns_by_the_default_unless_it_is_told_otherwise() -> None:
    assert inspect.signature(Model).parameters["preset"].default == "default"
    with pytest.raises(ValueError, match=r"gain of encoder is 1\.5"):
        dataclasses.replace(find_preset("default").schedule, gains={"encoder": 1.5})


def test_each_ablation_lacks_what_its_name_says_and_nothing_else() -> None:
    whole = find_preset("default").schedule
    assert isinstance(whole, LadderSettings)
    lacking = {
        "default-no-encoder": {"encoder"},
        "default-no-speeds": {"probes", "networks"},
        "default-no-networks": {"networks"},
        "default-no-calibration": {"calibrate"},
        "default-random-folds": {"clustered"},
    }
    assert {name for name in PRESETS if name.startswith("default-")} == set(lacking)
    for name, fields in lacking.items():
        schedule = find_preset(name).schedule
        changed = {
            field.name
            for field in dataclasses.fields(whole)
            if getattr(schedule, field.name) != getattr(whole, field.name)
        }
        assert changed == fields, name
