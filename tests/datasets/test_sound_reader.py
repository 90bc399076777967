from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.datasets.sound_reader import SoundReader
from autospeech.datasets.training_sounds import TrainingSounds

TONE = (0.3 * np.sin(2 * np.pi * 10_000 * np.arange(44100) / 44100)).astype("float32")


@pytest.mark.parametrize("seconds", [1, 95, 301])
def test_files_and_arrays_are_read_at_the_rate_that_is_wanted(tmp_path: Path, seconds: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.tile(TONE, seconds), 44100, subtype="FLOAT")
    reader = SoundReader(44100, target_rate=44100)
    lengths = {1: [44100], 95: [30 * 44100] * 3 + [5 * 44100], 301: [30 * 44100] * 10}[seconds]
    for sound in (tmp_path / "a.wav", np.tile(TONE, seconds)):
        windows = reader.to_learn(sound)
        assert [len(window) for window in windows][: len(lengths)] == lengths
        assert all(np.abs(window).max() > 0.29 for window in windows)
        low = SoundReader(44100).to_learn(sound)
        assert len(low[0]) == len(windows[0]) * 16000 // 44100
        assert np.abs(low[0][1000:-1000]).max() < 1e-3


def test_how_long_clips_are_is_told_in_seconds_of_their_own_rate() -> None:
    reader = SoundReader(44100, target_rate=44100)
    found = TrainingSounds.read([TONE] * 4, np.eye(2)[[0, 1, 0, 1]], reader=reader, most_seconds=3.5)
    assert (found.sample_rate, found.hours) == (44100, pytest.approx(4 / 3600))
    assert found.seconds_of(4).tolist() == [1, 1, 1, 1]


def test_a_wrong_rate_is_told() -> None:
    for wrong in ({"sample_rate": 0}, {"target_rate": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))}: its sample rate is .* Hz; sound has 100 to"):
            SoundReader(**wrong)
