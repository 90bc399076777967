"""Parts of a record: the trace of a ladder, clips that were judged, and how they sound."""

from __future__ import annotations

from typing import Any

import numpy as np

from autospeech.report.judged_clip import JudgedClip

TRACE: list[dict[str, Any]] = [
    {"time": 0.17, "decision": "first look", "seconds_of_clips": "inf", "clips": 185},
    {"time": 0.37, "decision": "chose", "rung": "statistics", "offers": {"statistics": {"cost": 0.1, "gain": 0.01}}},
    {
        "time": 0.59,
        "decision": "learnt",
        "rung": "statistics",
        "evidence": {"rich-lda": 0.95, "simple-lda": 0.8},
        "before": None,
        "after": 0.96,
        "clips": 240,
        "weights": {"rich-lda": 0.6, "simple-lda": 0.2},
        "accepted": True,
    },
    {"time": 0.7, "decision": "failed", "rung": "encoder", "doing": "learning", "error": "ValueError: <b>no</b>"},
    {"time": 0.8, "decision": "chose", "rung": "networks", "offers": {}},
    {
        "time": 4.5,
        "decision": "learnt",
        "rung": "networks",
        "evidence": {"network": 0.9},
        "before": 0.96,
        "after": 0.98,
        "clips": 200,
        "weights": {"rich-lda": 0.3, "simple-lda": 0.1, "network": 0.4},
        "accepted": True,
        "augmentation": "mixup,specmix(gamma=0.3)",
        "tried": {"none": 0.89, "mixup": 0.9},
    },
    {
        "time": 6.0,
        "decision": "learnt",
        "rung": "networks",
        "evidence": {"network": 0.8},
        "weights": {},
        "accepted": False,
    },
    {"time": 6.1, "decision": "done"},
]


def judged_clips(
    classes: int, clips: int = 120, noise: float = 1.5, multi_label: bool = False, seed: int = 0
) -> list[JudgedClip]:
    """Clips and what a mediocre classifier says of them."""
    rng = np.random.default_rng(seed)
    if multi_label:
        truth = rng.random((clips, classes)) < 0.4
        scores = 1 / (1 + np.exp(-(4.0 * truth - 2 + noise * rng.normal(size=truth.shape))))
    else:
        truth = np.eye(classes, dtype=bool)[np.arange(clips) % classes]
        logits = 3.0 * truth + noise * rng.normal(size=truth.shape)
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return [
        JudgedClip(f"clip-{row}.wav", tuple(map(int, np.flatnonzero(labels))), tuple(map(float, said)))
        for row, (labels, said) in enumerate(zip(truth, scores, strict=True))
    ]


def tone(index: int) -> np.ndarray:
    """A second and a half of sound, another for each clip."""
    time = np.arange(24000, dtype=np.float32) / 16000
    return (0.3 * np.sin(2 * np.pi * (300 + 40 * index) * time)).astype(np.float32)
