"""What an encoder's embedding is worth, judged on the train split of tasks alone.

Run with `python -m benchmarks.encoder WEIGHTS.npz… --tasks emodb/emotion drums/instrument esc10/sound`, AUTOSPEECH_DATA
being the folder of recordings. Cross-validated, with speakers (or folds) kept apart where the table names them: the
score is 2*AUC-1 of shrinkage LDA on the z-scored embedding of three windows a clip. `statistics` in place of a weights
file judges the pooled statistics alone, and `+statistics` joins both.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.decode import decode
from autospeech.heads.lda import LDA
from autospeech.statistics.clip_statistics import ClipStatistics
from autospeech.statistics.log_mel_frames import LogMelFrames

Floats = npt.NDArray[np.float32]
WINDOW = 124
WINDOWS = 3
FOLDS = 5
STATISTICS = "statistics"
# Groups of these tasks do not tell the classes' neighbours apart: one kit holds three quarters of the clips.
UNGROUPED = ("drums/instrument",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge and print; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoder", description=__doc__)
    parser.add_argument("weights", nargs="+", help="weights files, `statistics`, `WEIGHTS+statistics`")
    parser.add_argument("--tasks", nargs="+", default=["emodb/emotion", "drums/instrument", "esc10/sound"])
    parser.add_argument("--data", type=Path, default=os.environ.get("AUTOSPEECH_DATA"), help="folder of recordings")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if options.data is None:
        print("error: set AUTOSPEECH_DATA or --data to the folder of recordings", file=sys.stderr)
        return 2
    tasks = {name: read_task(options.data, name) for name in options.tasks}
    for weights in options.weights:
        describe = describer(weights)
        scores = {name: cross_validate(describe(frames), *rest) for name, (frames, *rest) in tasks.items()}
        print(weights, *(f"{name} {score:.4f}" for name, score in scores.items()), sep="  ", flush=True)
    return 0


def read_task(data: Path, name: str) -> tuple[LogMelFrames, npt.NDArray[np.intp], list[str] | None]:
    """Return the frames, classes and groups of a task's train split."""
    table = data / f"{name}.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "train"]
    names = sorted({row["label"] for row in rows})
    classes = np.array([names.index(row["label"]) for row in rows])
    frames = LogMelFrames.of([decode(table.parent / row["file_name"]) for row in rows])
    return frames, classes, None if name in UNGROUPED else [row["group"] for row in rows]


def describer(weights: str) -> Callable[[LogMelFrames], Floats]:
    """Return what turns frames into one vector a clip."""
    parts: list[Callable[[LogMelFrames], Floats]] = []
    for part in weights.split("+"):
        parts.append(_statistics if part == STATISTICS else _embedding(Path(part)))
    return lambda frames: np.hstack([part(frames) for part in parts])


def windows(clip: Floats) -> Floats:
    """Cut evenly spaced windows out of a clip's frames `(frames, 64)`; a clip shorter than one is repeated."""
    if len(clip) <= WINDOW:
        return np.resize(clip, (1, WINDOW, clip.shape[1]))
    firsts = np.linspace(0, len(clip) - WINDOW, WINDOWS).astype(int)
    return np.stack([clip[first : first + WINDOW] for first in firsts])


def _embedding(path: Path) -> Callable[[LogMelFrames], Floats]:
    from autospeech.networks.encoder import load_encoder

    embedder = load_encoder(path)

    def describe(frames: LogMelFrames) -> Floats:
        cut = [windows(frames.clip(number)) for number in range(len(frames))]
        counts = np.array([len(part) for part in cut])
        vectors = embedder.predict(np.concatenate(cut)[..., None], batch_size=16, verbose=0)
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        return np.add.reduceat(vectors, firsts) / counts[:, None].astype(np.float32)

    return describe


def _statistics(frames: LogMelFrames) -> Floats:
    return ClipStatistics.of(frames).rich


def cross_validate(vectors: Floats, classes: npt.NDArray[np.intp], groups: list[str] | None) -> float:
    """Return the mean over folds of 2*AUC-1 of LDA, groups kept apart."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, StratifiedKFold

    if groups is None:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, classes)
    else:
        folds = GroupKFold(min(FOLDS, len(set(groups)))).split(vectors, classes, groups)
    labels = np.eye(classes.max() + 1, dtype=np.float32)[classes]
    scores = []
    for learn, judge in folds:
        centre, spread = vectors[learn].mean(axis=0), vectors[learn].std(axis=0) + 1e-5
        scaled = np.clip((vectors - centre) / spread, -4, 4)
        head = LDA()
        head.fit(scaled[learn], labels[learn])
        logits = head.scores(scaled[judge])
        both = [c for c in range(labels.shape[1]) if 0 < labels[judge, c].sum() < len(judge)]
        exp = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = exp / exp.sum(axis=1, keepdims=True)
        scores.append(np.mean([2 * roc_auc_score(labels[judge, c], probabilities[:, c]) - 1 for c in both]))
    return float(np.mean(scores))


if __name__ == "__main__":
    sys.exit(main())
