"""Throughput of every feature layer against the library that users would take instead, and how far apart they are.

Run with `python -m benchmarks.feature_speed [FOLDER_OF_RECORDINGS] [--feature NAME …]`; without a folder, on the sample
data. Both work on the same clips of 5 s, one after the other in each of several rounds: ours batch by batch in a
compiled graph, theirs clip by clip.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SECONDS, BATCH, REPEATS, MOST = 5, 25, 5, 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feature_speed", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "sample_data")
    parser.add_argument("--feature", action="append", help="one of them, again for more; all if left out")
    parser.add_argument("--no-xla", action="store_true", help="run the graph as it is, without compiling it by XLA")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf
    from rich.console import Console
    from rich.table import Table

    from autospeech import features
    from autospeech.audio.decode import decode
    from autospeech.audio.fix_length import batch_clips
    from benchmarks.feature_references import REFERENCES

    files = [file for ending in ("flac", "opus", "wav") for file in sorted(options.folder.rglob(f"*.{ending}"))]
    names = options.feature or list(features.FEATURES)
    unknown = [name for name in names if name not in features.FEATURES]
    if not files or unknown:
        print(
            f"error: no feature {unknown}" if unknown else f"error: no recordings in {options.folder}", file=sys.stderr
        )
        return 2
    clips = batch_clips([decode(file) for file in files[:: -(-len(files) // MOST)]], 16000 * SECONDS)
    clips = clips[: len(clips) // BATCH * BATCH or None]

    table = Table("feature", title=f"{len(clips)} clips of {SECONDS} s from {options.folder.name}")
    for heading in ("clips a second", "theirs", "times as fast", "at most apart"):
        table.add_column(heading, justify="right")
    for name in names:
        layer = features.get(name)
        ours = tf.function(layer, jit_compile=not options.no_xla)
        theirs = REFERENCES[name]
        # The wavegram's rival would be another convolution; there is nothing to race.
        race = name != "wavegram"
        seconds: list[list[float]] = [[], []]
        for _ in range(REPEATS + 1):
            start = time.perf_counter()
            images = np.concatenate(
                [ours(clips[first : first + BATCH, :, None]).numpy() for first in range(0, len(clips), BATCH)]
            )
            middle = time.perf_counter()
            others = [theirs(clip, layer) for clip in clips] if race else [theirs(clips[0], layer)]
            seconds[0].append(middle - start)
            seconds[1].append(time.perf_counter() - middle)
        apart = max(np.abs(image[..., 0] - other).max() for image, other in zip(images, others, strict=False))
        mine, rival = (len(clips) / np.median(each[1:]) for each in seconds)
        table.add_row(
            name, f"{mine:.0f}", f"{rival:.0f}" if race else "", f"{mine / rival:.1f}" if race else "", f"{apart:.2g}"
        )
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
