"""Clips that anything which learns at all tells apart: high and low tones in noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autospeech.datasets.labelled_clips import LabelledClips

RNG = np.random.default_rng(0)


def tone(high: bool, samples: int = 12000) -> npt.NDArray[np.float32]:
    hertz = RNG.uniform(1500, 3000) if high else RNG.uniform(200, 600)
    clip = np.sin(2 * np.pi * hertz * np.arange(samples) / 16000) + 0.3 * RNG.normal(size=samples)
    return (0.1 * clip).astype("float32")


HIGH = np.arange(40) % 2
TRAIN = LabelledClips([tone(bool(high)) for high in HIGH], np.eye(2)[HIGH])
