from __future__ import annotations

import numpy as np
from scipy import signal

from autospeech.features.gfcc import gammatone_filterbank


def test_filters_respond_as_scipys_do() -> None:
    filters = gammatone_filterbank(16000, 2048, 8, 400.0, 8000.0)
    # Higher filters only: multiplied out, as SciPy gives them, the lowest are lost in rounding.
    offset = 9.26449 * 24.7
    for row, step in zip(filters, np.arange(8, 0, -1) / 8, strict=True):
        centre = (8000 + offset) * ((400 + offset) / (8000 + offset)) ** step - offset
        response = np.abs(signal.freqz(*signal.gammatone(centre, "iir", fs=16000), np.linspace(0, np.pi, 1025))[1])
        np.testing.assert_allclose(row, response / response.max(), atol=1e-4)


def test_each_filter_is_about_as_wide_as_the_ear_hears() -> None:
    filters = gammatone_filterbank(16000, 16384, 32, 50.0, 8000.0).astype("float64")
    centres = filters.argmax(axis=1) * 16000 / 16384
    widths = np.square(filters).sum(axis=1) * 16000 / 16384
    # By Glasberg and Moore, away from the edges of the spectrum.
    np.testing.assert_allclose(widths[2:26], (centres / 9.26449 + 24.7)[2:26], rtol=0.03)
