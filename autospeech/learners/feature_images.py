"""What images of clips the networks on features see: the arguments of each feature."""

from __future__ import annotations

from typing import Any

# Of the running statistics of batch normalisation: a fold has few steps, and they must follow them.
MOMENTUM = 0.9
# By the name of a set, those features that it has. `small`: as many bins as a small network has use for. `published`:
# the log-mel of RANN, made for 44.1 kHz, on which 8 s are 1103 frames.
IMAGES: dict[str, dict[str, dict[str, Any]]] = {
    "small": {
        "log_mel": {"n_mels": 64},
        "mfcc": {"n_mfcc": 64, "n_mels": 64},
        "gfcc": {"n_gfcc": 64},
        "cqt": {},
        "chroma": {},
        "tempogram": {"win_length": 128},
        "wavegram": {"momentum": MOMENTUM},
    },
    "published": {"log_mel": {"n_mels": 128, "hop_length": 320}},
}
