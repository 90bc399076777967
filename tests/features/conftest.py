from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def made_up_clips() -> np.ndarray:
    """Noise, a dying tone, noise that begins late, and silence: `(4, 40000, 1)`."""
    rng = np.random.default_rng(0)
    time = np.arange(40000) / 16000
    clips = np.stack(
        [
            rng.normal(scale=0.1, size=40000),
            np.sin(2 * np.pi * 440 * time) * np.exp(-time),
            rng.normal(scale=1e-4, size=40000) * (time > 1.2),
            np.zeros(40000),
        ]
    )
    return clips.astype("float32")[..., None]
