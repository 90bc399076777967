"""Feature layers: a waveform in, an image of it out, on the device."""

from __future__ import annotations

import importlib
from typing import Any

# The file of each, and the class in it.
FEATURES = {
    "log_mel": "LogMel",
    "mfcc": "MFCC",
    "gfcc": "GFCC",
    "cqt": "CQT",
    "chroma": "Chroma",
    "tempogram": "Tempogram",
    "wavegram": "Wavegram",
}


def get(name: str, **settings: Any) -> Any:
    """Make a feature layer by its name.

    Args:
        name: One of `FEATURES`.
        **settings: The layer's arguments.

    Returns:
        The layer, a `features.base.Feature`.

    Raises:
        ValueError: There is none of that name, or a setting is out of range.

    Example:
        >>> get("mfcc", sample_rate=8000, n_mfcc=13).bins
        13
    """
    if name not in FEATURES:
        raise ValueError(f"there is no feature {name!r}; choose one of: {', '.join(FEATURES)}")
    return getattr(importlib.import_module(f"autospeech.features.{name}"), FEATURES[name])(**settings)
