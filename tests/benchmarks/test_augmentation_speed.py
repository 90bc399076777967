"""`python -m benchmarks.augmentation_speed`: its table, and rivals that do what they are raced against for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from autospeech.augment.between_class import BetweenClass
from autospeech.augment.spec_augment import SpecAugment
from autospeech.augment.specmix import SpecMix
from autospeech.augment.speed import Speed
from autospeech.augment.text_form import AUGMENTATIONS
from benchmarks import augmentation_references as references
from benchmarks.augmentation_rivals import RIVALS, Material, Missing
from benchmarks.augmentation_speed import HEADINGS, batchwise, clipwise, made, main

PAIRS = 4


@pytest.fixture
def material(tmp_path: Path) -> Material:
    rng = np.random.default_rng(0)
    waveforms = rng.normal(scale=0.1, size=(2 * PAIRS, 4096)).astype(np.float32)
    images = rng.normal(size=(2 * PAIRS, 80, 16)).astype(np.float32)
    labels = np.eye(4, dtype=np.float32)[np.arange(2 * PAIRS) % 4]
    return Material(waveforms, images, labels, PAIRS, [np.ones(8000, np.float32)], tmp_path)


def test_a_row_has_both_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--augmentation", "gain", "--augmentation", "mixup", "--rounds", "2", "--markdown"]) == 0
    out = capsys.readouterr().out
    head, _, *rows = [line.strip("| ").split(" | ") for line in out.splitlines() if line.startswith("| ")]
    assert tuple(head) == HEADINGS
    assert [(row[0], row[2]) for row in rows] == [("gain", "audiomentations"), ("mixup", "NumPy")]
    for row in rows:
        ours, theirs, faster = (float(row[column]) for column in (1, 3, 4))
        assert min(ours, theirs) > 0
        assert faster == pytest.approx(theirs / ours, abs=0.06, rel=0.05)


def test_every_augmentation_has_rivals() -> None:
    assert list(RIVALS) == list(AUGMENTATIONS)
    assert all(RIVALS.values())


# The vocoders take long to load and to trace, and the phase vocoder wants longer clips.
@pytest.mark.parametrize("name", [name for name in AUGMENTATIONS if name not in ("time_stretch", "pitch_shift")])
def test_a_rival_makes_what_ours_makes(name: str, material: Material) -> None:
    ours = made(name, material)
    clips, labels = batchwise(ours, material)()
    for rival in RIVALS[name]:
        if rival.name == "sox" and shutil.which("sox") is None:
            pytest.skip("install sox to run this test")
        theirs = clipwise(rival.prepare(ours, material), PAIRS)()
        if ours.clips_each == 2:
            mixed = [label for _, label in theirs]
            theirs = [clip for clip, _ in theirs]
            assert np.shape(mixed) == labels.shape
            assert_allclose(np.sum(mixed, axis=1), 1, atol=1e-6)
        assert np.shape(theirs) == clips.shape[:-1]
        assert np.isfinite(theirs).all()
        # Draws differ, so only about as loud.
        assert 0.5 < np.std(theirs) / np.std(clips) < 2


def test_between_class_is_what_ours_computes(material: Material) -> None:
    waveforms, labels = material.waveforms[:2] * np.array([[1], [0.1]], np.float32), material.labels[:2]
    clips, mixed = BetweenClass().apply(waveforms[..., None], labels, np.array([0.3]))
    clip, label = references.between_class((waveforms[0], labels[0]), (waveforms[1], labels[1]), 0.3)
    assert_allclose(clip, clips[0, :, 0], atol=1e-5)
    assert_allclose(label, mixed[0], atol=1e-6)


def test_images_are_what_ours_computes(material: Material) -> None:
    images, labels = material.images[:2], material.labels[:2]
    batch = images[..., None]
    played, _ = Speed().apply(batch, labels, np.array([1.1, 1.1], np.float32))
    assert_allclose(references.speed(images[0], 1.1, played.shape[1]), played[0, ..., 0], atol=1e-4)

    in_time, in_frequency = [(3, 5), (40, 2)], [(2, 1), (9, 4)]
    frames, bins = (
        tuple(np.array([pair, pair]) for pair in zip(*each, strict=True)) for each in (in_time, in_frequency)
    )
    drawn: Any = np.array([30.0, 30.0]), np.array([33.5, 33.5]), bins, frames
    blanked, _ = SpecAugment().apply(batch, labels, drawn)
    expected = references.spec_augment(images[0], 30, 33.5, in_time, in_frequency)
    assert_allclose(expected, blanked[0, ..., 0], atol=1e-4)

    drawn = tuple(tuple(part[:1] for part in each) for each in (frames, bins))
    pasted, mixed = SpecMix().apply(batch, labels, drawn)
    image, label = references.specmix((images[0], labels[0]), (images[1], labels[1]), in_time, in_frequency)
    assert_allclose(image, pasted[0, ..., 0])
    assert_allclose(label, mixed[0], atol=1e-6)


def test_without_sox_there_is_no_race(material: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(material.folder))
    with pytest.raises(Missing, match="sox is not installed"):
        RIVALS["dynamic_range_compression"][0].prepare(made("dynamic_range_compression", material), material)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--augmentation", "gian"], "did you mean gain?"),
        (["--rounds", "0"], "--rounds must be 1 or more, not 0"),
        (["nowhere"], "no recordings in nowhere"),
    ],
)
def test_bad_input(arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert named in message
    assert message.count("\n") == 1
