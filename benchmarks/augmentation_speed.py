"""What every augmentation costs beside the library, or the few lines of NumPy, that one would use instead.

Run with `python -m benchmarks.augmentation_speed [FOLDER_OF_RECORDINGS] [--augmentation NAME …]`; without a folder, on
the sample data. 32 clips of 4 s come out, as waveforms or as standardised log-mel images; where two are mixed, 64 go
in. Both work on the same clips, one after the other in each of several rounds: ours draws and augments the batch in a
traced graph, theirs does so clip by clip and leaves them in a list. To call a graph costs as much by itself as a quick
augmentation, and a training step pays that once for all it does; so one call of ours augments up to 8 batches, one
after the other, and theirs as many.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

SECONDS, RATE, BATCH, CLASSES, ROUNDS = 4, 16000, 32, 10, 15
# A call augments as many batches as fill so many seconds, and no more than so many.
CALL_SECONDS, MOST = 0.05, 8
HEADINGS = ("augmentation", "ms", "rival", "its ms", "times as fast", "by processor time")


@dataclass(frozen=True)
class Row:
    """An augmentation beside one rival.

    Attributes:
        augmentation: Name.
        rival: Name.
        ours: Wall and processor time of a batch in seconds, `(rounds, 2)`.
        theirs: Likewise; none where the rival is missing.
        missing: Why it is.
    """

    augmentation: str
    rival: str
    ours: np.ndarray
    theirs: np.ndarray | None
    missing: str = ""

    def cells(self) -> list[str]:
        """Return what stands in the table: medians and their ratios."""
        ours = np.median(self.ours, axis=0)
        if self.theirs is None:
            return [self.augmentation, f"{1000 * ours[0]:.2f}", self.rival, f"left out: {self.missing}", "", ""]
        theirs = np.median(self.theirs, axis=0)
        wall, processor = theirs / ours
        return [
            self.augmentation,
            f"{1000 * ours[0]:.2f}",
            self.rival,
            f"{1000 * theirs[0]:.2f}",
            f"{wall:.1f}",
            f"{processor:.1f}",
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table; returns 0, or 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.augmentation_speed", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[1] / "sample_data")
    parser.add_argument("--augmentation", action="append", help="one of them, again for more; all if left out")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"that are timed, {ROUNDS} if left out")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown too")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from rich.console import Console
    from rich.table import Table

    from autospeech.augment.text_form import AUGMENTATIONS, augmentation_class

    names = list(dict.fromkeys(options.augmentation or AUGMENTATIONS))
    with tempfile.TemporaryDirectory() as folder:
        try:
            if options.rounds < 1:
                raise ValueError(f"--rounds must be 1 or more, not {options.rounds}")
            for name in names:
                augmentation_class(name)
            material = material_of(options.folder, Path(folder))
        except ValueError as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        rows = [row for name in names for row in race(name, material, options.rounds)]

    table = Table(title=f"{BATCH} clips of {SECONDS} s from {options.folder.name}, medians of {options.rounds} rounds")
    for heading in HEADINGS:
        words = heading in ("augmentation", "rival")
        table.add_column(heading, justify="left" if words else "right", no_wrap=heading == "augmentation")
    for row in rows:
        table.add_row(*row.cells())
    Console().print(table)
    if options.markdown:
        lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in rows)]
        print("\n".join(f"| {' | '.join(cells)} |" for cells in lines))
    return 0


def material_of(recordings: Path, folder: Path) -> Any:
    """Return clips of a folder's recordings, repeated where they are few, with their images, labels and noises.

    Raises:
        ValueError: There are none, or one cannot be read.
    """
    from autospeech.audio.decode import decode
    from autospeech.audio.fix_length import batch_clips
    from autospeech.features.log_mel import LogMel
    from autospeech.features.standardize import Standardize
    from benchmarks.augmentation_rivals import Material

    files = [file for ending in ("flac", "opus", "wav") for file in sorted(recordings.rglob(f"*.{ending}"))]
    if not files:
        raise ValueError(f"no recordings in {recordings}")
    chosen = islice(cycle(files[:: -(-len(files) // (2 * BATCH))]), 2 * BATCH)
    waveforms = batch_clips([decode(file) for file in chosen], RATE * SECONDS)
    images = np.asarray(Standardize()(LogMel(sample_rate=RATE)(waveforms[..., None])))[..., 0]
    labels = np.eye(CLASSES, dtype=np.float32)[np.arange(2 * BATCH) % CLASSES]
    rng = np.random.default_rng(0)
    noises = [rng.normal(scale=0.1, size=20 * RATE).astype(np.float32) for _ in range(6)]
    return Material(waveforms, images, labels, BATCH, noises, folder)


def race(name: str, material: Any, rounds: int) -> list[Row]:
    """Time an augmentation and its rivals.

    Args:
        name: Of one of `AUGMENTATIONS`.
        material: What is augmented.
        rounds: How often, after one that is not timed.

    Returns:
        A row for each rival.
    """
    from benchmarks.augmentation_rivals import RIVALS, Missing

    augmentation, missing = made(name, material), {}
    single = batchwise(augmentation, material)
    batches = int(np.clip(CALL_SECONDS / min(_timed(single)[0] for _ in range(3)), 1, MOST))
    runners: list[Callable[[], Any]] = [batchwise(augmentation, material, batches)]
    for rival in RIVALS[name]:
        try:
            runners.append(clipwise(rival.prepare(augmentation, material), material.pairs, batches))
        except Missing as error:
            missing[rival.name] = str(error)
    seconds = np.array([[_timed(run) for run in runners] for _ in range(rounds + 1)])[1:] / batches
    others = iter(seconds[:, 1:].swapaxes(0, 1))
    return [
        Row(name, rival, seconds[:, 0], None if rival in missing else next(others), missing.get(rival, ""))
        for rival in (rival.name for rival in RIVALS[name])
    ]


def made(name: str, material: Any) -> Any:
    """Return an augmentation with its default settings, or those that a rival has too."""
    from autospeech.augment.text_form import augmentation_class

    given: dict[str, Any] = {"noises": material.noises, "by": "snr"} if name == "background_noise" else {}
    return augmentation_class(name)(**given)


def batchwise(augmentation: Any, material: Any, batches: int = 1) -> Callable[[], Any]:
    """Return what draws and augments a batch in a traced graph, some times over, and keeps the last."""
    import keras
    import tensorflow as tf

    seeds, many = keras.random.SeedGenerator(0), augmentation.clips_each * material.pairs
    clips = material.waveforms if augmentation.domain == "waveform" else material.images
    clips, labels = tf.constant(clips[:many, ..., None]), tf.constant(material.labels[:many])

    @tf.function
    def augmented(clips: Any, labels: Any) -> Any:
        kept: tuple[Any, ...] = ()
        samples = []
        for _ in range(batches):
            with tf.control_dependencies(kept):
                kept = augmentation(tf.identity(clips), tf.identity(labels), seeds)
            # Of what nothing is asked, TensorFlow does nothing.
            samples.append(kept[0][0, 0])
        return kept, samples

    return lambda: tuple(part.numpy() for part in augmented(clips, labels)[0])


def clipwise(step: Callable[[int], Any], pairs: int, batches: int = 1) -> Callable[[], list[Any]]:
    """Return what augments one clip after the other, some times over, and keeps the last batch."""

    def augmented() -> list[Any]:
        kept: list[Any] = []
        for _ in range(batches):
            kept = [step(index) for index in range(pairs)]
        return kept

    return augmented


def _timed(run: Callable[[], Any]) -> tuple[float, float]:
    processor, wall = _processor_seconds(), time.perf_counter()
    run()
    return time.perf_counter() - wall, _processor_seconds() - processor


def _processor_seconds() -> float:
    """Return those of all threads, and of processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
