from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from autospeech.pretraining.waveform_effects import (
    add_at,
    band_pass,
    coloured_noise,
    disturb,
    reverberate,
    room_response,
)


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(16000 * seconds)) / 16000).astype("float32")


@pytest.mark.parametrize("slope", [-6.0, -3.0, 0.0, 3.0])
def test_noise_falls_by_the_slope_as_welch_measures_it(slope: float) -> None:
    noise = coloured_noise(16000 * 20, slope, np.random.default_rng(0))
    frequency, power = scipy.signal.welch(noise, 16000, nperseg=4096)
    band = (frequency > 200) & (frequency < 6000)
    measured = np.polyfit(np.log2(frequency[band]), 10 * np.log10(power[band]), 1)[0]
    assert measured == pytest.approx(slope, abs=0.15)
    assert np.std(noise) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("snr", [-5.0, 0.0, 20.0])
def test_another_sound_comes_in_at_the_ratio_asked_for(snr: float) -> None:
    clip, other = tone(440), 7 * coloured_noise(5000, -3, np.random.default_rng(1))
    mixed = add_at(clip, other, snr)
    assert len(mixed) == len(clip)
    assert 10 * np.log10(np.mean(clip**2) / np.mean((mixed - clip) ** 2)) == pytest.approx(snr, abs=0.05)
    np.testing.assert_array_equal(add_at(clip, np.zeros(9, "float32"), snr), clip)


@pytest.mark.parametrize("rt60", [0.2, 0.5, 0.8])
def test_reverberation_time_by_schroeder_integration(rt60: float) -> None:
    response = room_response(rt60, -20.0, np.random.default_rng(2))
    assert np.sum(response**2) == pytest.approx(1, abs=1e-4)
    decay = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1])
    # T30, as ISO 3382 measures it: the line between -5 and -35 dB, extended to 60 dB.
    between = (decay < -5) & (decay > -35)
    slope = np.polyfit(np.flatnonzero(between) / 16000, decay[between], 1)[0]
    assert -60 / slope == pytest.approx(rt60, rel=0.12)


def test_direct_to_reverberant_ratio_and_direct_sound() -> None:
    response = room_response(0.3, 6.0, np.random.default_rng(3))
    assert 10 * np.log10(response[0] ** 2 / np.sum(response[1:] ** 2)) == pytest.approx(6, abs=0.01)
    click = np.zeros(100, "float32")
    click[0] = 1
    np.testing.assert_allclose(reverberate(click, response)[:100], response[:100], atol=1e-6)


def test_line_keeps_its_band() -> None:
    def level(hertz: float) -> float:
        return 20 * np.log10(np.std(band_pass(tone(hertz), 300, 3400)[4000:]) / np.std(tone(hertz)))

    assert level(1000) == pytest.approx(0, abs=0.1)
    assert level(300) == pytest.approx(-3, abs=0.2)
    assert level(100) < -30
    assert level(6000) < -30


def test_disturb_always_changes_something_and_is_seeded() -> None:
    clip = tone(300, 0.5)
    for seed in range(20):
        first, again = (disturb(clip, [tone(700)], np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        assert first.dtype == np.float32
        assert np.isfinite(first).all()
        assert len(clip) <= len(first) <= len(clip) + 4000
        assert not np.allclose(first[: len(clip)], clip, atol=1e-4)


def test_silence_and_very_short_clips_pass() -> None:
    for clip in (np.zeros(300, "float32"), tone(500, 0.01)):
        for seed in range(10):
            assert np.isfinite(disturb(clip, [clip], np.random.default_rng(seed))).all()
