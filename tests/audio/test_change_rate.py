from __future__ import annotations

import numpy as np
import pytest

from autospeech.audio.change_rate import change_rate


def tone(hertz: float, rate: int) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(rate) / rate).astype("float32")


@pytest.mark.parametrize(("before", "after"), [(44100, 16000), (16000, 44100), (48000, 44100)])
def test_a_tone_stays_the_same_tone(before: int, after: int) -> None:
    changed = change_rate(tone(1000, before), before, after)
    assert changed.dtype == np.float32 and changed.shape == (after,)
    # The filter has no whole window at the ends.
    middle = slice(after // 4, -after // 4)
    np.testing.assert_allclose(changed[middle], tone(1000, after)[middle], atol=1e-3)


def test_what_lies_above_half_the_rate_is_taken_out() -> None:
    assert np.abs(change_rate(tone(10_000, 44100), 44100, 16000)[1000:-1000]).max() < 1e-3


def test_the_same_rate_changes_nothing() -> None:
    clip = tone(440, 16000)
    assert change_rate(clip, 16000, 16000) is clip
    assert change_rate(np.zeros(0, "float32"), 44100, 16000).shape == (0,)
