"""Length and pitch of what is played at another speed."""

from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.play_faster import play_faster


@pytest.mark.parametrize("factor", [0.85, 0.87, 1.15, 1.18])
def test_faster_is_shorter_and_higher(factor: float) -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(32000) / 16000).astype("float32")
    fast = play_faster(tone, factor)
    assert fast.dtype == np.float32
    assert len(fast) == pytest.approx(32000 / factor, abs=2)
    spectrum = np.abs(np.fft.rfft(fast * np.hanning(len(fast))))
    assert spectrum.argmax() * 16000 / len(fast) == pytest.approx(1000 * factor, abs=1)


@pytest.mark.parametrize("samples", [0, 1, 2, 5])
def test_hardly_any_sound_is_played_too(samples: int) -> None:
    for factor in (0.85, 1.18):
        fast = play_faster(np.ones(samples, np.float32), factor)
        assert min(samples, 1) <= len(fast) <= 2 * samples
        assert np.isfinite(fast).all()
