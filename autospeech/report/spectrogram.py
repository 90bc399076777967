"""What a clip looks like, for a page that is light or dark."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.image import imsave

from autospeech.statistics.log_mel_frames import FLOOR, SAMPLE_RATE, LogMelFrames

_LOWEST, _HIGHEST = 30.0, 8000.0
_MARKED = ((500, "500"), (1000, "1k"), (2000, "2k"), (4000, "4k"))


@dataclass(frozen=True)
class Spectrogram:
    """The log-mel frames of a clip as a picture.

    Its paper is transparent and its ink is dark, so that a page shows it as it is on light ground and inverted on dark.

    Args:
        source: The PNG as a data URI, a pixel a frame and mel bin.
        seconds: Length of the clip.
    """

    source: str
    seconds: float

    @classmethod
    def of(cls, waveform: npt.NDArray[np.float32]) -> Spectrogram:
        """Draw a clip.

        Args:
            waveform: `(samples,)`, finite, 16 kHz.

        Example:
            >>> Spectrogram.of(np.zeros(8000, "float32")).seconds
            0.5
        """
        values = LogMelFrames.of([waveform]).values.astype(np.float64)
        lowest = math.log(FLOOR)
        highest = max(lowest + 1.0, float(np.percentile(values, 99.5)))
        level = np.clip((values - lowest) / (highest - lowest), 0, 1).T
        picture = matplotlib.colormaps["magma_r"](level)
        picture[..., 3] = np.clip(1.6 * level, 0, 1)
        written = io.BytesIO()
        imsave(written, picture, format="png", origin="lower")
        return cls(
            f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}", len(waveform) / SAMPLE_RATE
        )

    @property
    def frequencies(self) -> list[tuple[float, str]]:
        """Marks of the frequency axis: how far from below, 0..1, and the label in Hz."""
        low, high = _mel(_LOWEST), _mel(_HIGHEST)
        return [((_mel(hertz) - low) / (high - low), label) for hertz, label in _MARKED]

    @property
    def moments(self) -> list[tuple[float, str]]:
        """Marks of the time axis: how far from the left, 0..1, and the label in seconds."""
        step = next((step for step in (0.1, 0.2, 0.5, 1.0) if self.seconds / step <= 6), 2.0)
        return [
            (number * step / self.seconds, f"{number * step:g}")
            for number in range(int(self.seconds / step + 1e-9) + 1)
        ]


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)
