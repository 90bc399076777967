from __future__ import annotations

import dataclasses
import inspect

import keras
import pytest

from autospeech.augment.cutout import Cutout
from autospeech.augment.random_crop import RandomCrop
from autospeech.competition import Model
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.network import NetworkLearner
from autospeech.learners.task import Task
from autospeech.presets import PRESETS, find_preset
from autospeech.schedule.ladder_settings import LadderSettings
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
