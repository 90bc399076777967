from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from autospeech.clock import Clock
from autospeech.datasets.clustered_folds import clustered_folds
from autospeech.datasets.sound_reader import SoundReader
from autospeech.datasets.training_sounds import TrainingSounds

NOISE = [np.random.default_rng(number).normal(scale=0.1, size=16000) for number in range(100)]


def test_time_that_is_over_leaves_two_of_each_class() -> None:
    labels = np.eye(3)[[0] * 60 + [1] * 34 + [2] * 6]
    found = TrainingSounds.read(NOISE, labels, reader=SoundReader(), clock=Clock(0))
    assert 6 <= len(found.clips) < 80 and found.left_out == 100 - len(found.clips)
    assert (found.clips.labels.sum(axis=0) >= 2).all()


def test_memory_that_is_full_leaves_two_of_each_class() -> None:
    labels = np.eye(3)[[0] * 60 + [1] * 34 + [2] * 6]
    found = TrainingSounds.read(NOISE, labels, reader=SoundReader(), most_seconds=3)
    assert (found.clips.labels.sum(axis=0) >= 2).all() and found.left_out > 0


def test_a_damaged_file_of_a_rare_class_does_not_keep_it_reading(tmp_path: Path) -> None:
    files = []
    for number, noise in enumerate(NOISE):
        files.append(tmp_path / f"{number}.wav")
        soundfile.write(files[-1], noise, 16000)
    files[99].write_bytes(b"no sound")
    labels = np.eye(3)[[0] * 60 + [1] * 39 + [2]]
    # Whether it is the last that is looked at depends on the seed.
    several = [TrainingSounds.read(files, labels, reader=SoundReader(), clock=Clock(0), seed=seed) for seed in range(5)]
    assert sum(found.left_out for found in several) > 100


def test_one_long_clip_leaves_the_others_to_be_clustered() -> None:
    speaker = np.arange(40) % 4
    vectors = np.stack([10.0 * speaker, 10.0 * (speaker == 2)], axis=1)
    labels = np.eye(2)[np.arange(40) // 20]
    groups = np.arange(40)
    # Of each class one clip has two windows.
    for first in (18, 38):
        groups[first + 1], vectors[first + 1], speaker[first + 1] = first, vectors[first], speaker[first]
    folds = clustered_folds(vectors, labels, folds=2, groups=groups)
    assert folds[18] == folds[19] and folds[38] == folds[39]
    assert all(len(set(folds[speaker == number])) == 1 for number in range(4))
