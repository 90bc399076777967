"""A rival: means and deviations of librosa's MFCCs, and a logistic regression; one answer, then done."""

from __future__ import annotations

import os
import time
import warnings

import librosa
import numpy as np
from joblib import Parallel, cpu_count, delayed
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CLIPS_A_JOB = 10
SHORTEST = 400  # samples; librosa cannot pad the frames of less by reflection
# 0.03 to 0.3 did best in cross-validation on training clips of drums, emodb, cmn_tone and fsdd.
C = 0.1


class Model:
    """Answers once, with everything that needs no data done before the clock starts.

    Args:
        metadata: AutoSpeech's, with `class_num`.
    """

    def __init__(self, metadata: dict) -> None:
        self.done_training = False
        self._classes = int(metadata["class_num"])
        self._rate = int(metadata.get("sample_rate", 16000))
        warm_up()  # alone: what librosa compiles it keeps on disk, broken where several processes write it at once
        # Processes: with clips this short librosa holds the interpreter's lock half of the time.
        self._pool = Parallel(n_jobs=-1, max_nbytes=None).__enter__()
        for _ in range(20):  # until every worker has imported librosa and called it once
            if len(set(self._pool(delayed(warm_up)() for _ in range(cpu_count())))) >= cpu_count():
                break
        noise = np.random.default_rng(0).normal(size=(8, 4))
        _classifier(False).fit(noise, [0, 1] * 4).predict_proba(noise)

    def train(self, dataset: tuple, remaining_time_budget: float | None = None) -> None:
        """Fit on all clips."""
        clips, labels = dataset
        features, labels = self._features(clips), np.asarray(labels)
        self._multi_label = bool(np.any(labels.sum(axis=1) != 1))
        self._model = _classifier(self._multi_label)
        self._model.fit(features, labels if self._multi_label else labels.argmax(axis=1))

    def test(self, dataset: list, remaining_time_budget: float | None = None) -> np.ndarray:
        """Return probabilities `(clips, classes)`."""
        found = self._model.predict_proba(self._features(dataset))
        self.done_training = True
        if self._multi_label:
            return found
        answer = np.zeros((len(dataset), self._classes))
        answer[:, self._model.classes_] = found
        return answer

    def _features(self, clips: list) -> np.ndarray:
        jobs = [clips[first : first + CLIPS_A_JOB] for first in range(0, len(clips), CLIPS_A_JOB)]
        return np.concatenate(self._pool(delayed(mfcc_statistics)(job, self._rate) for job in jobs))


def mfcc_statistics(clips: list, rate: int) -> np.ndarray:
    """Return mean and deviation over time of 20 MFCCs and of their deltas, `(clips, 80)`."""
    rows = []
    for clip in clips:
        clip = np.nan_to_num(np.asarray(clip, "float32"))
        clip = np.pad(clip, (0, max(0, SHORTEST - len(clip))))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of clips shorter than a frame
            mfcc = librosa.feature.mfcc(y=clip, sr=rate, n_mfcc=20)
        delta = librosa.feature.delta(mfcc, mode="nearest")
        rows.append(np.concatenate([part for x in (mfcc, delta) for part in (x.mean(axis=1), x.std(axis=1))]))
    return np.stack(rows)


def warm_up() -> int:
    """Make librosa's slow first call; stay long enough for the other workers to be asked too."""
    mfcc_statistics([np.random.default_rng(0).normal(size=16000)], 16000)
    time.sleep(0.2)
    return os.getpid()


def _classifier(multi_label: bool) -> OneVsRestClassifier | LogisticRegression:
    regression = LogisticRegression(C=C, max_iter=1000)
    return make_pipeline(StandardScaler(), OneVsRestClassifier(regression) if multi_label else regression)
