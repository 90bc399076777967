"""Train the weights from which the preset `kon` starts: Kon's network, on who speaks."""

from __future__ import annotations

import csv
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autospeech.audio.decode import decode
from autospeech.clock import Clock
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.splitting import grouped_split
from autospeech.learners.network import NetworkLearner
from autospeech.learners.network_settings import NetworkSettings
from autospeech.learners.task import Task
from autospeech.training.validation_score import ValidationScore
from autospeech.whole_writing import whole_file

NAME = "kon_speakers"
TABLE = "pretraining.csv"


def read_table(corpus: Path) -> list[dict[str, str]]:
    """Read which clips of a corpus may train what is shipped.

    Args:
        corpus: Folder that holds `pretraining.csv` with the columns `file_name`, `keyword` and `speaker`.

    Returns:
        Its rows.

    Raises:
        DatasetError: The table is not there, or lacks a column.
    """
    path = corpus / TABLE
    if not path.is_file():
        raise DatasetError(f"{path}: there is no such table; give the folder of a corpus that holds a {TABLE}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = {"file_name", "keyword", "speaker"} - set(rows[0] if rows else ())
    if missing:
        raise DatasetError(f"{path}: it lacks the columns {sorted(missing)}")
    return rows


def fingerprint(rows: list[dict[str, str]]) -> str:
    """Return the SHA-256 of the sorted file names: which clips the weights have seen."""
    return hashlib.sha256("\n".join(sorted(row["file_name"] for row in rows)).encode()).hexdigest()


def pretrain_kon_speakers(
    corpus: Path, folder: Path, *, epochs: int = 30, seed: int = 0, report: Callable[[str], None] = print
) -> ValidationScore:
    """Train Kon's network to tell speakers apart and keep all of it but the last layer.

    Words are held out for validation, so that the score is about voices and not about recordings.

    Args:
        corpus: Folder with `pretraining.csv` and the clips it names.
        folder: Where `kon_speakers.weights.h5` is written.
        epochs: How long to train, each of as many steps as there are whole batches of 32 clips.
        seed: Seeds everything.
        report: Called with a line of progress now and then.

    Returns:
        The validation score of the weights that were kept.

    Raises:
        DatasetError: The table is not there, or lacks a column.
        AudioDecodeError: A clip cannot be read.
    """
    rows = read_table(corpus)
    speakers = sorted({row["speaker"] for row in rows})
    clips = []
    for index, row in enumerate(rows):
        clips.append(decode(corpus / row["file_name"]))
        if (index + 1) % 1000 == 0:
            report(f"read {index + 1} of {len(rows)} clips")
    labels = np.eye(len(speakers), dtype="float32")[[speakers.index(row["speaker"]) for row in rows]]
    everything = LabelledClips(clips, labels)
    learn, judge = (
        everything.subset(part) for part in grouped_split(labels, [row["keyword"] for row in rows], 0.1, seed)
    )
    learner = NetworkLearner(NetworkSettings(warm_start=None, seed=seed))
    learner.warm_up(Task(len(speakers)))
    score = ValidationScore.worst()
    a_round = learner.settings.epochs_a_round
    for done in range(a_round, epochs + a_round, a_round):
        score = learner.fit(learn, judge, Clock()) or score
        report(f"epoch {done}: best validation AUC {score.auc:.4f}, log-likelihood {score.log_likelihood:.4f}")
    folder.mkdir(parents=True, exist_ok=True)
    # HDF5 locks the file that it writes, and takes no other name than this.
    with tempfile.TemporaryDirectory() as scratch, whole_file(folder / f"{NAME}.weights.h5") as part:
        saved = Path(scratch, f"{NAME}.weights.h5")
        learner.save_body(saved)
        shutil.copyfile(saved, part)
    report(
        f"trained on {len(learn)} clips of {len(speakers)} speakers, judged on {len(judge)}; clips {fingerprint(rows)}"
    )
    return score
