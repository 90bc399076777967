"""What every augmentation is raced against, clip by clip: audiomentations, sox, or NumPy with draws of its own."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audiomentations
import librosa
import numpy as np
import soundfile

from autospeech.augment.compander import PRESETS
from benchmarks import augmentation_references as references
from benchmarks.augmentation_references import Bands, Floats, Mixture

RATE = 16000


@dataclass(frozen=True)
class Material:
    """What is augmented.

    Attributes:
        waveforms: `(clips, samples)`.
        images: Of the same clips, `(clips, frames, bins)`.
        labels: Theirs, `(clips, classes)`.
        pairs: How many clips come out; clip i is mixed with clip i + pairs.
        noises: Waveforms.
        folder: An empty one for files.
    """

    waveforms: Floats
    images: Floats
    labels: Floats
    pairs: int
    noises: list[Floats]
    folder: Path


Step = Callable[[int], Any]
Prepare = Callable[[Any, Material], Step]


class Missing(Exception):
    """A rival is not installed."""


@dataclass(frozen=True)
class Rival:
    """Another way to the same augmentation.

    Attributes:
        name: For people.
        prepare: Takes the augmentation, whose settings it reads, and the material; returns what augments the clip of
            an index. Raises `Missing`.
    """

    name: str
    prepare: Prepare


def _library(make: Callable[[Any], Any]) -> Prepare:
    """Return how to prepare a transform of audiomentations that needs no files."""

    def prepare(ours: Any, material: Material) -> Step:
        transform = make(ours)
        return lambda index: transform(material.waveforms[index], RATE)

    return prepare


def _background_files(ours: Any, material: Material) -> Step:
    folder = material.folder / "noises"
    folder.mkdir()
    for number, noise in enumerate(material.noises):
        soundfile.write(folder / f"{number}.wav", noise, RATE)
    transform = audiomentations.AddBackgroundNoise(folder, ours.lowest, ours.highest, p=1.0)
    return lambda index: transform(material.waveforms[index], RATE)


def _played(ours: Any, material: Material) -> Step:
    transform = audiomentations.Resample(round(RATE / ours.fastest), round(RATE / ours.slowest), p=1.0)
    samples = material.waveforms.shape[1]
    return lambda index: librosa.util.fix_length(transform(material.waveforms[index], RATE), size=samples)


def _sox(ours: Any, material: Material) -> Step:
    """Prepare one process a clip; writing the clips to files is not timed."""
    if shutil.which("sox") is None:
        raise Missing("sox is not installed")
    files = [material.folder / f"{index}.wav" for index in range(material.pairs)]
    for file, clip in zip(files, material.waveforms, strict=False):
        soundfile.write(file, clip, RATE, subtype="FLOAT")
    effects = []
    for each in ours.presets:
        how = PRESETS[each] if isinstance(each, str) else each
        points = ",".join(f"{level},{to}" for level, to in how.points)
        effects.append([f"{how.attack},{how.release}", points, str(how.gain), str(how.start), str(how.delay)])
    rng = np.random.default_rng(0)

    def compress(index: int) -> Floats:
        command = ["sox", "-D", str(files[index]), "-t", "f32", "-", "compand", *effects[rng.integers(len(effects))]]
        return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)

    return compress


def _numpy(augment: Callable[[Any, np.random.Generator, Floats], Any]) -> Prepare:
    """Return how to prepare a function of the augmentation, of a generator and of an image."""

    def prepare(ours: Any, material: Material) -> Step:
        rng = np.random.default_rng(0)
        return lambda index: augment(ours, rng, material.images[index])

    return prepare


def _mixing(mix: Callable[[Any, np.random.Generator, Mixture, Mixture], Mixture], of: str = "images") -> Prepare:
    """Return how to prepare a function of the augmentation, of a generator and of two clips with their labels."""

    def prepare(ours: Any, material: Material) -> Step:
        rng, clips, labels, pairs = np.random.default_rng(0), getattr(material, of), material.labels, material.pairs
        return lambda i: mix(ours, rng, (clips[i], labels[i]), (clips[i + pairs], labels[i + pairs]))

    return prepare


def _background(ours: Any, material: Material) -> Step:
    rng, samples = np.random.default_rng(0), material.waveforms.shape[1]

    def add(index: int) -> Floats:
        noise = material.noises[rng.integers(len(material.noises))]
        start = rng.integers(len(noise) - samples + 1)
        decibels = rng.uniform(ours.lowest, ours.highest)
        return references.noise_added(material.waveforms[index], noise[start : start + samples], decibels)

    return add


def _bands(rng: np.random.Generator, many: int, length: int, widest: int) -> Bands:
    widths = [int(rng.integers(widest + 1)) for _ in range(many)]
    return [(int(rng.integers(length - width + 1)), width) for width in widths]


def _between_class(ours: Any, rng: np.random.Generator, pair: Mixture, other: Mixture) -> Mixture:
    return references.between_class(pair, other, rng.uniform(), ours.sample_rate)


def _mixup(ours: Any, rng: np.random.Generator, pair: Mixture, other: Mixture) -> Mixture:
    return references.mixup(pair, other, rng.beta(ours.alpha, ours.alpha))


def _cutmix(ours: Any, rng: np.random.Generator, pair: Mixture, other: Mixture) -> Mixture:
    side = math.sqrt(1 - rng.beta(ours.alpha, ours.alpha))
    ends: list[int] = []
    for length in pair[0].shape:
        centre = rng.uniform(0, length)
        ends += [min(max(round(centre + sign * side * length / 2), 0), length) for sign in (-1, 1)]
    return references.cutmix(pair, other, (ends[0], ends[1], ends[2], ends[3]))


def _specmix(ours: Any, rng: np.random.Generator, pair: Mixture, other: Mixture) -> Mixture:
    drawn = []
    for length in pair[0].shape:
        many = int(rng.integers(ours.bands + 1))
        drawn.append(_bands(rng, many, length, int(ours.gamma * length / max(many, 1))))
    return references.specmix(pair, other, drawn[0], drawn[1])


def _spec_augment(ours: Any, rng: np.random.Generator, image: Floats) -> Floats:
    frames, bins = image.shape
    reach = ours.warp * (frames - 1)
    centre = rng.uniform(reach, frames - 1 - reach)
    in_time = _bands(rng, ours.time_masks, frames, int(ours.widest_time * frames))
    in_frequency = _bands(rng, ours.frequency_masks, bins, int(ours.widest_frequency * bins))
    return references.spec_augment(image, centre, centre + rng.uniform(-reach, reach), in_time, in_frequency)


def _cutout(ours: Any, rng: np.random.Generator, image: Floats) -> Floats:
    chosen = rng.uniform() < ours.probability
    return references.cutout(image, *_bands(rng, 1, image.shape[1], int(ours.largest * image.shape[1]) * chosen)[0])


def _random_crop(ours: Any, rng: np.random.Generator, image: Floats) -> Floats:
    return references.random_crop(image, int(rng.integers(len(image) - ours.frames + 1)), ours.frames)


def _speed(ours: Any, rng: np.random.Generator, image: Floats) -> Floats:
    factor = math.exp(rng.uniform(math.log(ours.slowest), math.log(ours.fastest)))
    return references.speed(image, factor, ours.shape_after((1, *image.shape))[1])


def _stretch(method: Any) -> Callable[[Any], Any]:
    return lambda ours: audiomentations.TimeStretch(ours.slowest, ours.fastest, method=method, p=1.0)


def _pitch(method: Any) -> Callable[[Any], Any]:
    return lambda ours: audiomentations.PitchShift(ours.lowest, ours.highest, method, p=1.0)


_VOCODER, _SIGNALSMITH = "librosa_phase_vocoder", "signalsmith_stretch"

RIVALS: Mapping[str, tuple[Rival, ...]] = {
    "gain": (Rival("audiomentations", _library(lambda o: audiomentations.Gain(o.lowest, o.highest, p=1.0))),),
    "gaussian_noise": (
        Rival(
            "audiomentations",
            _library(lambda o: audiomentations.AddGaussianSNR(o.lowest_snr, o.highest_snr, p=1.0)),
        ),
    ),
    "random_scale": (Rival("audiomentations", _played),),
    "time_stretch": (
        Rival("audiomentations, phase vocoder", _library(_stretch(_VOCODER))),
        Rival("audiomentations, Signalsmith", _library(_stretch(_SIGNALSMITH))),
    ),
    "pitch_shift": (
        Rival("audiomentations, phase vocoder", _library(_pitch(_VOCODER))),
        Rival("audiomentations, Signalsmith", _library(_pitch(_SIGNALSMITH))),
    ),
    "background_noise": (
        Rival("audiomentations, from files", _background_files),
        Rival("NumPy, from memory", _background),
    ),
    "dynamic_range_compression": (Rival("sox", _sox),),
    "between_class": (Rival("librosa", _mixing(_between_class, "waveforms")),),
    "speed": (Rival("SciPy", _numpy(_speed)),),
    "random_crop": (Rival("NumPy", _numpy(_random_crop)),),
    "spec_augment": (Rival("NumPy", _numpy(_spec_augment)),),
    # The frequency mask of audiomentations 0.43.1 cannot be imported: its base class is gone.
    "cutout": (Rival("NumPy", _numpy(_cutout)),),
    "mixup": (Rival("NumPy", _mixing(_mixup)),),
    "cutmix": (Rival("NumPy", _mixing(_cutmix)),),
    "specmix": (Rival("NumPy", _mixing(_specmix)),),
}
