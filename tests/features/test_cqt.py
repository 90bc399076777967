from __future__ import annotations

import numpy as np
import pytest
import soxr

from autospeech.features.cqt import CQT, decimate


@pytest.mark.parametrize(("samples", "factor"), [(4001, 2), (4000, 2), (8191, 4), (700, 2), (1, 2), (0, 2)])
def test_decimation_equals_soxr(samples: int, factor: int) -> None:
    waveform = np.random.default_rng(samples).normal(size=(2, samples)).astype("float32")
    ours = np.asarray(decimate(waveform, factor))
    assert ours.shape == (2, -(-samples // factor))
    for row, clip in zip(ours, waveform, strict=True):
        theirs = soxr.resample(clip, factor, 1, quality="HQ") * np.sqrt(factor)
        # soxr may leave out the last sample, and by four it works in two steps, of which the first forgets the edges.
        inner = slice(0 if factor == 2 else 100, max(samples // factor - (1 if factor == 2 else 100), 0))
        np.testing.assert_allclose(row[inner], theirs[inner], atol=1e-5)


def test_a_tone_is_loudest_in_its_bin() -> None:
    time = np.arange(32000) / 16000
    for place in (0, 30, 83):
        tone = np.sin(2 * np.pi * 32.703195662574829 * 2 ** (place / 12) * time).astype("float32")
        assert int(np.asarray(CQT()(tone[None, :, None]))[0, 31, :, 0].argmax()) == place
