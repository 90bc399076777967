"""The scikit-learn face: fit within a time budget, then predict."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Hashable, Iterator, Sequence
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
from autospeech.datasets.splitting import rarest_label, spread_order
from autospeech.fit_progress import FitProgress
from autospeech.machine import keep_memory, one_blas_thread
from autospeech.presets import find_preset

# Of the time budget, what reading may take, and what is kept at its end.
_READING, _KEPT = 0.3, 0.02
# Seconds of sound that a second of the budget can make use of, and the most that are kept in memory.
_SOUND_A_SECOND, _MOST_SECONDS = 60.0, 8 * 3600.0
# Seconds of sound that are answered for at a time.
_ANSWERED = 600.0


class AutoSpeechClassifier(ClassifierMixin, BaseEstimator):
    """Classify sound; learning takes as long as it may.

    The first usable state is there after the reading, and each later one is better by clips that it did not learn from.

    Args:
        time_budget: Seconds from the call of `fit` to its return.
        preset: Named settings, see `autospeech.presets`.
        random_state: Seeds everything; None for another seed each time.
        max_updates: How many times the answer is improved, in place of a time budget: the same seed and clips then give
            the same model, however fast the machine.
        augment: What networks are trained with in place of the preset's, such as `mixup,specmix(gamma=0.3)`; `auto`
            lets the run choose.
        pretrained: Whether to start from the shipped weights.
        sample_rate: Of clips that are given as arrays, in Hz; files know theirs.
        max_hours: Of sound that is learnt from; None for as much as the time budget can make use of, 8 at most. Beyond,
            clips are drawn, of each class its share, so that memory does not grow with the data.
        max_bad: Share of the files that may be unreadable; they are left out and listed in `skipped_`.
        on_improvement: Called with the classifier whenever it can answer better; `predict_proba` works by then.
        verbose: 0 for silence.

    Attributes:
        classes_: The labels, sorted; of a label matrix the numbers of its columns.
        learning_curve_: Pairs of seconds since the call of `fit` and NAUC (2*AUC-1) out of fold; NaN before there is
            evidence.
        trace_: What was decided, when and why.
        out_of_fold_: What the model says of the clips of `fit` by states that did not learn from them,
            `(clips, classes)`; NaN for those that were not judged.
        skipped_: An error for each clip that could not be read.
        interrupted_: Whether Ctrl-C ended the learning.
        multi_label_: Whether a clip may have several labels.
        hours_: Of sound that was learnt from.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=8000).cumsum() * [1e-3, 1][number % 2] for number in range(16)]
        >>> classifier = AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0)
        >>> classifier.fit(clips, ["low", "high"] * 8).predict_proba(clips[:3]).shape
        (3, 2)

    References:
        Buitinck et al. (2013): API design for machine learning software: experiences from the scikit-learn project.
    """

    def __init__(
        self,
        time_budget: float = 60.0,
        preset: str = "default",
        random_state: int | np.random.RandomState | None = 0,
        *,
        max_updates: int | None = None,
        augment: str | None = None,
        pretrained: bool = True,
        sample_rate: int = SAMPLE_RATE,
        max_hours: float | None = None,
        max_bad: float = 0.1,
        on_improvement: Callable[[AutoSpeechClassifier], None] | None = None,
        verbose: int = 1,
    ) -> None:
        self.time_budget = time_budget
        self.preset = preset
        self.random_state = random_state
        self.max_updates = max_updates
        self.augment = augment
        self.pretrained = pretrained
        self.sample_rate = sample_rate
        self.max_hours = max_hours
        self.max_bad = max_bad
        self.on_improvement = on_improvement
        self.verbose = verbose

    def fit(self, X: Sequence[Any], y: Any, groups: Sequence[Hashable] | None = None) -> AutoSpeechClassifier:
        """Learn until the time budget is spent, nothing pays any more, or Ctrl-C; that keeps the best state so far.

        Args:
            X: Clips: paths of sound files, or waveforms `(samples,)` at `sample_rate`, of any lengths.
            y: The label of each clip, or a matrix of 0 and 1 `(clips, classes)`.
            groups: Speaker, recording or the like of each clip; what judges never shares one with what learns.

        Raises:
            ValueError: X, y and groups do not match, there are fewer than two classes, too many files cannot be read,
                or a setting is wrong.
        """
        began = time.monotonic()
        budget = self._check()
        clock = Clock.standing() if self.max_updates is not None else Clock(budget * (1 - _KEPT))
        sounds = _sounds(X)
        classes, labels, multi_label = _labels(y, len(sounds))
        if groups is not None and len(groups) != len(sounds):
            raise ValueError(f"{len(sounds)} clips but {len(groups)} groups; each clip needs one")
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        keep_memory()
        with FitProgress(budget, self.verbose) as progress, one_blas_thread():
            from autospeech.learners.task import Task
            from autospeech.schedule.build_schedule import build_schedule

            progress.doing("getting ready")
            schedule = build_schedule(
                find_preset(self.preset).schedule,
                warm_start=self.pretrained,
                augment=self.augment,
                seed=seed,
                alone=True,
            )
            schedule.warm_up(Task(len(classes), 0))
            progress.doing("reading")
            train, owners, skipped = self._read(sounds, labels, groups, clock, seed)
            self.classes_, self.multi_label_ = classes, multi_label
            self.skipped_ = skipped
            self.hours_ = sum(map(len, train.clips)) / SAMPLE_RATE / 3600
            self.learning_curve_: list[tuple[float, float]] = []
            self.interrupted_ = False
            self._schedule: Any = None
            self._graph: Any = None
            progress.doing("learning")
            try:
                self._learn(schedule, train, clock, began, progress)
            except KeyboardInterrupt:
                if self._schedule is None:
                    raise
                self.interrupted_ = True
            self.trace_ = schedule.trace.decisions if hasattr(schedule, "trace") else []
            self.out_of_fold_ = _of_clips(schedule.out_of_fold(), owners, len(sounds), len(classes))
        return self

    def predict_proba(self, X: Sequence[Any]) -> npt.NDArray[np.float64]:
        """Return class probabilities `(clips, classes)`, each clip's by itself; of long clips the mean over windows.

        Args:
            X: As for `fit`.

        Raises:
            sklearn.exceptions.NotFittedError: Nothing has been learnt yet.
            AudioDecodeError: A file cannot be read.
        """
        check_is_fitted(self)
        sounds = _sounds(X)
        total, seen = np.zeros((len(sounds), len(self.classes_))), np.zeros((len(sounds), 1))
        for owners, windows in self._windows(sounds):
            np.add.at(total, owners, self._answer(windows))
            np.add.at(seen, owners, 1)
        return total / np.maximum(seen, 1)

    def predict(self, X: Sequence[Any]) -> npt.NDArray[Any]:
        """Return the label of each clip, `(clips,)`; of a multi-label task a matrix of 0 and 1, `(clips, classes)`."""
        answers = self.predict_proba(X)
        if self.multi_label_:
            return (answers >= 0.5).astype(int)
        return self.classes_[answers.argmax(axis=1)]

    def _learn(self, schedule: Any, train: LabelledClips, clock: Clock, began: float, progress: FitProgress) -> None:
        updates, best = 0, None
        while not schedule.done and clock.left() > 0 and updates != self.max_updates:
            score = schedule.improve(train, clock)
            self._schedule = schedule
            if updates and score == best:
                continue
            best, updates = score, updates + 1
            nauc = 2 * score.auc - 1 if math.isfinite(score.auc) else math.nan
            self.learning_curve_.append((time.monotonic() - began, nauc))
            progress.improved(None if math.isnan(nauc) else nauc)
            if self.on_improvement is not None:
                self.on_improvement(self)

    def __sklearn_is_fitted__(self) -> bool:
        return getattr(self, "_schedule", None) is not None or getattr(self, "_graph", None) is not None

    def _answer(self, windows: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float64]:
        with one_blas_thread():
            answers: npt.NDArray[np.float64] = self._schedule.answer(windows, Clock())
        return answers

    def _windows(self, sounds: Sequence[Any]) -> Iterator[tuple[list[int], list[npt.NDArray[np.float32]]]]:
        """Yield windows of all clips and whose they are, some minutes at a time."""
        reader = SoundReader(self.sample_rate)
        owners: list[int] = []
        windows: list[npt.NDArray[np.float32]] = []
        for number, sound in enumerate(sounds):
            for window in reader.windows(sound):
                owners.append(number)
                windows.append(window)
                if sum(map(len, windows)) >= _ANSWERED * SAMPLE_RATE:
                    yield owners, windows
                    owners, windows = [], []
        if windows:
            yield owners, windows

    def _check(self) -> float:
        """Return the time budget, infinite where updates are counted; a wrong setting must not cost time first."""
        find_preset(self.preset)
        if self.max_updates is not None:
            if self.max_updates < 1:
                raise ValueError(f"max_updates is {self.max_updates}; it must be 1 or more, or None")
            return math.inf
        if not 0 < self.time_budget < math.inf:
            raise ValueError(f"time_budget is {self.time_budget}; it must be a finite number of seconds above 0")
        if self.max_hours is not None and not self.max_hours > 0:
            raise ValueError(f"max_hours is {self.max_hours}; it must be above 0, or None")
        if not 0 <= self.max_bad < 1:
            raise ValueError(f"max_bad is {self.max_bad}; it is a share, 0 or more and below 1")
        return float(self.time_budget)

    def _read(
        self,
        sounds: Sequence[Any],
        labels: npt.NDArray[np.float32],
        groups: Sequence[Hashable] | None,
        clock: Clock,
        seed: int,
    ) -> tuple[LabelledClips, npt.NDArray[np.intp], list[str]]:
        """Read as much as memory and time allow; return windows, the clip of each, and errors."""
        most = _MOST_SECONDS if clock.stands else min(_MOST_SECONDS, _SOUND_A_SECOND * clock.left())
        most = SAMPLE_RATE * (most if self.max_hours is None else 3600 * self.max_hours)
        reading = clock.reserve((1 - _READING) * clock.left()) if math.isfinite(clock.left()) else clock
        order = spread_order(rarest_label(labels > 0), seed)
        found: dict[int, list[npt.NDArray[np.float32]]] = {}
        skipped: list[str] = []
        samples = 0
        reader = SoundReader(self.sample_rate)
        for number, windows in zip(
            order.tolist(), reader.read_to_learn([sounds[place] for place in order]), strict=True
        ):
            if isinstance(windows, ValueError):
                if not isinstance(sounds[number], str | PathLike):
                    raise ValueError(f"clip {number}: {windows}") from windows
                skipped.append(str(windows))
                if len(skipped) > self.max_bad * len(sounds):
                    raise ValueError(
                        f"{len(skipped)} of {len(sounds)} files cannot be read, more than max_bad={self.max_bad:g} "
                        f"allows; the first: {skipped[0]}"
                    ) from windows
                continue
            found[number] = windows
            samples += sum(map(len, windows))
            if samples >= most or not reading.fits(0):
                break
        chosen = sorted(found)
        if len(chosen) + len(skipped) < len(sounds):
            warnings.warn(
                f"learning from {len(chosen)} of {len(sounds)} clips, {samples / SAMPLE_RATE / 3600:.1f} hours: more "
                "does not fit the time budget; a larger time_budget or max_hours makes use of more",
                stacklevel=3,
            )
        owners = np.array([number for number in chosen for _ in found[number]], np.intp)
        heard = np.flatnonzero(labels[chosen].any(axis=0))
        if len(heard) < 2:
            raise ValueError(f"the clips that could be read are of {len(heard)} class; at least two are needed")
        known = (
            np.arange(len(sounds)) if groups is None else np.unique([repr(g) for g in groups], return_inverse=True)[1]
        )
        # Windows of one clip stay together, like clips of one group.
        several = groups is not None or len(owners) > len(chosen)
        clips = [window for number in chosen for window in found[number]]
        return LabelledClips(clips, labels[owners], known[owners] if several else None), owners, skipped


def _sounds(X: Sequence[Any]) -> list[Any]:
    if isinstance(X, str | PathLike):
        raise ValueError(f"X is the single path {str(X)!r}; give a list of paths or of waveforms")
    sounds = list(X)
    if not sounds:
        raise ValueError("X holds no clip")
    if all(np.ndim(sound) == 0 and not isinstance(sound, str | PathLike) for sound in sounds):
        raise ValueError("X is a single waveform; give a list of paths or of waveforms")
    return sounds


def _labels(y: Any, clips: int) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32], bool]:
    """Return the classes, labels as a matrix, and whether a clip may have several."""
    given = np.asarray(y)
    if len(given) != clips:
        raise ValueError(f"{clips} clips but {len(given)} labels; each clip needs one")
    if given.ndim == 2 and given.shape[1] > 1:
        if not np.isin(given, (0, 1)).all():
            raise ValueError("a matrix of labels must hold 0 and 1 alone")
        return np.arange(given.shape[1]), given.astype(np.float32), True
    if given.ndim == 2:
        given = given[:, 0]
    if given.ndim != 1:
        raise ValueError(f"labels have the shape {given.shape}; give one label a clip, or a matrix (clips, classes)")
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise ValueError("a label is NaN or infinite; give each clip a label")
    if given.dtype == object and any(label is None or label != label for label in given):
        raise ValueError("a label is missing; give each clip a label")
    classes, numbers = np.unique(given, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"all labels are {str(classes[0])!r}; at least two classes are needed")
    return classes, np.eye(len(classes), dtype=np.float32)[numbers], False


def _of_clips(
    answers: npt.NDArray[np.float64] | None, owners: npt.NDArray[np.intp], clips: int, classes: int
) -> npt.NDArray[np.float64]:
    """Return the mean over each clip's windows, `(clips, classes)`; NaN for clips without an answer."""
    total, seen = np.zeros((clips, classes)), np.zeros((clips, 1))
    if answers is not None:
        known = ~np.isnan(answers).any(axis=1)
        np.add.at(total, owners[known], answers[known])
        np.add.at(seen, owners[known], 1)
    return np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
