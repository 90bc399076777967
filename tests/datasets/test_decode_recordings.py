"""The split that is made where a listing names none keeps copies of a recording on one side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import decode_recordings
from autospeech.datasets.recording import Recording
from autospeech.datasets.same_sounds import fingerprints_of, same_sounds


def tune(seed: int) -> np.ndarray:
    steps = np.random.default_rng(seed).uniform(0.05, 2.0, (2, 15))
    return 0.2 * np.sin(np.cumsum(np.repeat(steps, 1600, axis=1), axis=1)).mean(axis=0)


@pytest.mark.parametrize("grouped", [False, True])
def test_copies_are_on_one_side(tmp_path: Path, grouped: bool) -> None:
    recordings = []
    for number in range(20):
        for suffix, gain in (("wav", 1.0), ("ogg", 0.5)) if number < 8 else (("wav", 1.0),):
            path = tmp_path / f"{number}.{suffix}"
            soundfile.write(path, gain * tune(number), 16000)
            # Copies are of different speakers, as far as the table knows.
            group = f"{suffix} {number % 5}" if grouped else None
            recordings.append(Recording(path, ("ab"[number % 2],), None, group))
    for seed in range(3):
        found = decode_recordings("tunes", recordings, seed)
        sides = [len(found.train), len(found.test)]
        assert sum(sides) == 28 and min(sides) >= 3
        clips = [*found.train.clips, *found.test.clips]
        sounds = same_sounds(clips, fingerprints_of(clips))
        assert len(set(sounds)) == 20
        assert not set(sounds[: sides[0]]) & set(sounds[sides[0] :])


def test_nothing_but_copies_cannot_be_split(tmp_path: Path) -> None:
    recordings = []
    for number in range(4):
        soundfile.write(tmp_path / f"{number}.wav", tune(number % 2), 16000)
        recordings.append(Recording(tmp_path / f"{number}.wav", ("ab"[number % 2],)))
    with pytest.raises(DatasetError, match="no class has two files of different sound"):
        decode_recordings("tunes", recordings)
