from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from autospeech.features.cepstra import with_deltas


@pytest.mark.parametrize("frames", [1, 4, 9, 30])
def test_deltas_equal_scipys_savitzky_golay_filter(frames: int) -> None:
    cepstra = np.random.default_rng(0).normal(size=(2, frames, 3)).astype("float32")
    sides = np.asarray(with_deltas(cepstra, 2))
    np.testing.assert_array_equal(sides[..., :3], cepstra)
    for order in (1, 2):
        expected = signal.savgol_filter(cepstra, 9, order, deriv=order, axis=1, mode="nearest")
        np.testing.assert_allclose(sides[..., 3 * order : 3 * order + 3], expected, atol=1e-5)
