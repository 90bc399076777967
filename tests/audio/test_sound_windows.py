from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.audio.decode import decode
from autospeech.audio.open_sound import AudioDecodeError
from autospeech.audio.sound_warning import SoundWarning
from autospeech.audio.sound_windows import sound_windows


@pytest.mark.parametrize(("suffix", "rate"), [("wav", 16000), ("flac", 44100), ("ogg", 48000), ("mp3", 44100)])
def test_windows_are_what_the_whole_file_has_there(tmp_path: Path, suffix: str, rate: int) -> None:
    time = np.arange(12 * rate) / rate
    # Each second has a pitch of its own, so that a window from elsewhere would show.
    clip = 0.4 * np.sin(2 * np.pi * np.cumsum(300 + 100 * np.floor(time)) / rate)
    path = tmp_path / f"long.{suffix}"
    soundfile.write(path, np.stack([clip, clip], axis=1), rate)
    whole = decode(path)
    found = sound_windows(path, seconds=2.0, most=3)
    assert found is not None and [len(window) for window in found] == [32000] * 3
    for window, begin in zip(found, np.linspace(0, len(whole) - 32000, 3).astype(int), strict=True):
        inside = slice(1000, -1000)
        apart = [
            np.abs(window[inside] - whole[begin + shift : begin + shift + 32000][inside]).mean()
            for shift in range(-2, 3)
            if begin + shift >= 0 and begin + shift + 32000 <= len(whole)
        ]
        # A codec's frames and the resampler's phase may move it by a sample.
        assert min(apart) < 0.04


@pytest.mark.parametrize("loud", [1.0, 2.0**15, 2.0**23])
def test_all_windows_have_one_scale(tmp_path: Path, loud: float) -> None:
    # The first window alone would be taken for samples within 1.
    samples = np.concatenate([np.full(16000, 1e-5), np.full(16000, 0.25), np.full(16000, 1.0)]) * loud
    soundfile.write(tmp_path / "a.wav", samples, 16000, subtype="FLOAT")
    found = sound_windows(tmp_path / "a.wav", seconds=0.5, most=3)
    assert found is not None
    np.testing.assert_allclose([window.mean() for window in found], [1e-5, 0.25, 1.0], rtol=1e-4)


def test_windows_of_channels_that_cancel(tmp_path: Path) -> None:
    tone = np.sin(np.arange(64000) / 7)
    soundfile.write(tmp_path / "a.wav", np.stack([0.5 * tone, -0.45 * tone], axis=1), 16000)
    with pytest.warns(SoundWarning, match=r"a\.wav: its channels cancel"):
        found = sound_windows(tmp_path / "a.wav", seconds=0.5, most=3)
    assert found is not None
    np.testing.assert_allclose(found[0], 0.5 * tone[:8000], atol=1e-4)


def test_a_short_file_is_left_to_be_read_whole(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.zeros(16000), 16000)
    assert sound_windows(tmp_path / "short.wav", seconds=0.5, most=2) is None


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    for name in ("bad.wav", "none.wav"):
        with pytest.raises(AudioDecodeError, match=name):
            sound_windows(tmp_path / name, seconds=1.0, most=2)
