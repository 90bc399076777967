"""What a fit leaves for people: the model, its record and the page."""

from __future__ import annotations

import errno
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.open_sound import open_sound
from autospeech.audio.path_text import path_text
from autospeech.classifier import AutoSpeechClassifier
from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
from autospeech.report.curve_point import CurvePoint
from autospeech.report.data_summary import QUANTILES, DataSummary
from autospeech.report.judged_clip import JudgedClip
from autospeech.report.package_versions import package_versions
from autospeech.report.page import write_report
from autospeech.report.run_record import RunRecord

MODEL = "model.autospeech"
_log = logging.getLogger("autospeech")


def write_fit(
    folder: Path,
    classifier: AutoSpeechClassifier,
    sounds: Sequence[Any],
    labels: npt.NDArray[np.float32],
    *,
    title: str,
    command: str,
    seconds: float,
    seed: int,
    warnings: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
) -> tuple[Path, Path | None]:
    """Write the model, `report.json` and `report.html`.

    Args:
        folder: Where to.
        classifier: After `fit`.
        sounds: The clips it was given, paths or waveforms at 16 kHz.
        labels: Theirs, `(clips, classes)`.
        title: Heading of the page.
        command: The line that repeats it.
        seconds: What `fit` took.
        seed: It was given.
        warnings: What one should know of the data.
        settings: What to set to repeat it.

    Returns:
        The model's file and the page; None where the page could not be made, which the log tells. The model is there
        in any case.

    Raises:
        OSError: It cannot be written there.
        ExportError: The preset's networks cannot be saved.
    """
    model = classifier.save(folder / MODEL)
    try:
        judged = np.flatnonzero(~np.isnan(classifier.out_of_fold_).any(axis=1))
        record = RunRecord(
            title=title,
            kind="fit",
            command=command,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            budget=float(classifier.time_budget),
            seconds_used=seconds,
            preset=classifier.preset,
            seed=seed,
            class_names=tuple(str(name) for name in classifier.classes_),
            multi_label=classifier.multi_label_,
            curve=tuple(
                CurvePoint(when, nauc, "out-of-fold answers")
                for when, nauc in classifier.learning_curve_
                if not np.isnan(nauc)
            ),
            data=_summary(classifier, sounds, labels, warnings),
            steps=tuple(classifier.trace_),
            judged=tuple(
                JudgedClip(
                    path_text(sounds[row]) if isinstance(sounds[row], str | PathLike) else f"clip {row}",
                    tuple(np.flatnonzero(labels[row]).tolist()),
                    tuple(np.clip(classifier.out_of_fold_[row], 0, 1).tolist()),
                )
                for row in judged.tolist()
            ),
            doubts=tuple(classifier.evidence_warnings_),
            settings=settings or {},
            versions=package_versions(),
        )
        record.write(folder)
        reader = SoundReader()
        page = write_report(record, folder, lambda number: next(iter(reader.windows(sounds[judged[number]]))))
    # A model that took its time must not be lost for a picture.
    except Exception as error:
        _log.exception("%s: the page could not be made: %s", folder, error)
        return model, None
    return model, page


def write_tensorboard(folder: Path, classifier: AutoSpeechClassifier) -> None:
    """Write the learning curve and what each member is worth as TensorBoard's logs, a step a millisecond.

    Raises:
        OSError: It cannot be written there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    import tensorflow as tf

    try:
        with tf.summary.create_file_writer(str(folder)).as_default():
            for seconds, nauc in classifier.learning_curve_:
                if not np.isnan(nauc):
                    tf.summary.scalar("out of fold/NAUC", nauc, step=round(1000 * seconds))
            for decision in classifier.trace_:
                for member, nauc in decision.get("evidence", {}).items():
                    tf.summary.scalar(f"members/{member}", nauc, step=round(1000 * decision["time"]))
    except tf.errors.OpError as error:
        raise OSError(errno.EIO, error.message, str(folder)) from error


def _summary(
    classifier: AutoSpeechClassifier, sounds: Sequence[Any], labels: npt.NDArray[np.float32], warnings: Sequence[str]
) -> DataSummary:
    read = np.flatnonzero(~np.isnan(classifier.clip_seconds_))
    seconds = classifier.clip_seconds_[read]
    rates = Counter(_rate(sounds[number]) for number in read.tolist())
    lengths = np.quantile(seconds, QUANTILES) if len(seconds) else np.zeros(0)
    return DataSummary(
        clips=len(seconds),
        hours=classifier.hours_,
        class_counts={"train": tuple(int(count) for count in labels[read].sum(axis=0))},
        sample_rates={str(rate): count for rate, count in sorted(rates.items())},
        length_quantiles={f"{q:g}": round(float(s), 4) for q, s in zip(QUANTILES, lengths, strict=False)},
        warnings=(*warnings, *_copies(classifier.sounds_), *classifier.skipped_),
    )


def _copies(sounds: npt.NDArray[np.intp]) -> list[str]:
    """Say how many clips are copies, which a random split would leave on both sides."""
    counts = np.unique_counts(sounds[sounds >= 0]).counts
    spare = int((counts - 1).sum())
    if not spare:
        return []
    are = "1 clip is a copy" if spare == 1 else f"{spare} clips are copies"
    return [f"{are} of the same recording as others; copies were judged by what had learnt none of them"]


def _rate(sound: Any) -> int:
    if not isinstance(sound, str | PathLike):
        return SAMPLE_RATE
    with open_sound(Path(sound)) as file:
        return file.sample_rate
