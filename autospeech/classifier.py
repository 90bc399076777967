"""The scikit-learn face: fit within a time budget, then predict."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Hashable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from autospeech import __version__
from autospeech.clock import Clock
from autospeech.datasets.answers_of_sounds import answers_of_sounds
from autospeech.datasets.dataset_rows import dataset_labels
from autospeech.datasets.label_matrix import label_matrix, right_answers
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.listed import listed
from autospeech.datasets.sound_list import sound_list
from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
from autospeech.datasets.training_sounds import TrainingSounds
from autospeech.fit_evidence import FitEvidence
from autospeech.fit_progress import FitProgress
from autospeech.machine import keep_memory, noted_interrupts, one_blas_thread
from autospeech.presets import find_preset
from autospeech.schedule.portfolio import check_augmentation

if TYPE_CHECKING:
    from autospeech.export.exported import Exported
    from autospeech.export.fitted_model import FittedModel

# What reading may take: of the time that is left by then, and of the whole budget where getting ready took most of it.
_READING, _LEAST_READING = 0.3, 0.1
# Of the time budget, what is kept at its end; seconds that it should be, and the most that these may be of the budget.
_KEPT, _KEPT_SECONDS, _MOST_KEPT = 0.02, 0.5, 0.1
# Seconds of sound that a second of the budget can make use of, and the most that are kept in memory.
_SOUND_A_SECOND, _MOST_SECONDS = 60.0, 8 * 3600.0
# What is not pickled as it is.
_ANSWERING = ("_schedule", "_fitted")


class AutoSpeechClassifier(ClassifierMixin, BaseEstimator):
    """Classify sound; learning takes as long as it may.

    The first usable state is there after the reading, and each later one is better by clips that it did not learn from.
    Pickled is what `save` writes, so that fitted models of some presets (`kon`, `m5`) cannot be pickled either.
    What `load` returns has `classes_`, `learning_curve_` and `multi_label_` alone of the attributes.

    Args:
        time_budget: Seconds from the call of `fit` to its return.
        preset: Named settings, see `autospeech.presets`.
        random_state: Seeds everything; None for another seed each time.
        max_updates: Rounds of learning, in place of a time budget: the same seed and clips then give the same model,
            however fast the machine. Nothing is chosen by trials then.
        augment: What networks are trained with in place of the preset's, such as `mixup,specmix(gamma=0.3)`; `auto`
            lets the run choose.
        pretrained: Whether to start from the shipped weights.
        sample_rate: Of clips that are given as arrays without a rate, in Hz; files know theirs.
        max_hours: Of sound that is learnt from; None for as much as the time budget can make use of, 8 at most. Beyond,
            clips are drawn, of each class its share, so that memory does not grow with the data.
        max_bad: Share of the files that may be unreadable; they are left out and listed in `skipped_`.
        on_improvement: Called with the classifier whenever it can answer better; `predict_proba` works by then.
        verbose: 0 for silence.

    Attributes:
        classes_: The labels, sorted; of a label matrix the numbers of its columns.
        learning_curve_: Pairs of seconds since the call of `fit` and NAUC (2*AUC-1) of all clips judged by then, out of
            fold; NaN before there is evidence. The last is that of `out_of_fold_`.
        trace_: What was decided, when and why.
        out_of_fold_: What the model says of the clips of `fit` by states that did not learn from them,
            `(clips, classes)`; NaN for those that were not judged.
        evidence_warnings_: Why these figures cannot be trusted, a text each; none where there is no sign of it.
        sounds_: The sound of each clip, `(clips,)`; copies of one recording share it, and do not judge each other. -1
            for clips that were not read.
        skipped_: An error for each clip that could not be read.
        interrupted_: Whether Ctrl-C ended the learning.
        multi_label_: Whether a clip may have several labels.
        hours_: Of sound that was learnt from.
        clip_seconds_: How much of each clip was, `(clips,)`; NaN for those that were not read.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=8000).cumsum() * [1e-3, 1][number % 2] for number in range(16)]
        >>> classifier = AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0)
        >>> classifier.fit(clips, ["low", "high"] * 8).predict_proba(clips[:3]).shape
        (3, 2)

    References:
        Buitinck et al. (2013): API design for machine learning software: experiences from the scikit-learn project.
    """

    # What answers: the schedule that has learnt, or what a file held; and the rate at which it hears clips, in Hz.
    _schedule: Any = None
    _fitted: FittedModel | None = None
    _rate: int = SAMPLE_RATE

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

    def fit(self, X: Any, y: Any = None, groups: Sequence[Hashable] | None = None) -> AutoSpeechClassifier:
        """Learn until the time budget is spent, nothing pays any more, or Ctrl-C; that keeps the best state so far.

        Args:
            X: Clips of any lengths, in a list, an array, a Series, a table with a column of them (the only one, or
                called `file_name`, `path` or the like), or a `datasets.Dataset`, which is read row by row. A clip is
                the path of a sound file; samples at `sample_rate`; `(rate, samples)` or `(samples, rate)`; a dictionary
                with `array` and `sampling_rate`, or with `bytes` or `path`; the bytes of a sound file, or an open one.
            y: The label of each clip; where a clip may have several or none, a tuple, list or set of labels each, or a
                matrix of 0 and 1 `(clips, classes)`; in a table of those its columns name the classes. None for the
                labels that a `datasets.Dataset` has.
            groups: Speaker, recording or the like of each clip; what judges never shares one with what learns.

        Raises:
            ValueError: X, y and groups do not match, or one of them cannot be understood; there are fewer than two
                classes, too many files cannot be read, or a setting is wrong.
        """
        began = time.monotonic()
        budget = self._check()
        kept = max(_KEPT * budget, min(_KEPT_SECONDS, _MOST_KEPT * budget))
        clock = Clock.standing() if self.max_updates is not None else Clock(budget - kept)
        sounds = sound_list(X)
        classes, labels, multi_label = label_matrix(dataset_labels(X) if y is None else y, len(sounds))
        groups = None if groups is None else listed(groups, "groups")
        if groups is not None and len(groups) != len(sounds):
            raise ValueError(f"{len(sounds)} clips but {len(groups)} groups; each clip needs one")
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        keep_memory()
        # Before the threads of the linear algebra are counted, which this loads.
        from autospeech.learners.task import Task
        from autospeech.schedule.build_schedule import build_schedule

        with FitProgress(budget, self.verbose) as progress, one_blas_thread(), noted_interrupts() as interrupted:
            progress.doing("getting ready")
            preset = find_preset(self.preset)
            schedule = build_schedule(
                preset.schedule, warm_start=self.pretrained, augment=self.augment, seed=seed, alone=True, beside=True
            )
            schedule.warm_up(Task(len(classes), 0, preset.sample_rate))
            progress.doing("reading")
            allowed = _MOST_SECONDS if clock.stands else min(_MOST_SECONDS, _SOUND_A_SECOND * budget)
            read = TrainingSounds.read(
                sounds,
                labels,
                groups,
                reader=SoundReader(self.sample_rate, preset.sample_rate),
                most_seconds=allowed if self.max_hours is None else 3600 * self.max_hours,
                clock=clock if clock.stands else Clock(max(_READING * clock.left(), _LEAST_READING * budget)),
                max_bad=self.max_bad,
                seed=seed,
                multi_label=multi_label,
            )
            self.classes_, self.multi_label_ = classes, multi_label
            self.skipped_, self.hours_, self.clip_seconds_ = read.errors, read.hours, read.seconds_of(len(sounds))
            if read.left_out:
                warnings.warn(
                    f"learning from {len(sounds) - read.left_out} of {len(sounds)} clips, {read.hours:.1f} hours: more "
                    "does not fit the time budget; a larger time_budget or max_hours makes use of more",
                    stacklevel=2,
                )
            self.learning_curve_: list[tuple[float, float]] = []
            self._schedule, self._fitted, self._rate = None, None, preset.sample_rate
            evidence = FitEvidence(read, labels, [str(name) for name in classes])
            progress.doing("learning")
            offset = time.monotonic() - began
            try:
                self._learn(schedule, read.clips, clock, began, progress, interrupted, evidence, groups is not None)
            except KeyboardInterrupt:
                if self._schedule is None:
                    raise
            finally:
                schedule.finish()
            self.interrupted_ = interrupted()
            self.trace_ = schedule.trace.later(offset)
            self.evidence_warnings_: list[str] = []
            try:
                self._judge(schedule, evidence, began, progress)
                self.evidence_warnings_ = evidence.warnings(schedule, sounds, groups)
            except KeyboardInterrupt:
                self.interrupted_ = True
            self.out_of_fold_, self.sounds_ = evidence.answers, evidence.sounds
            schedule.forget(read.clips.clips)
        for warning in self.evidence_warnings_:
            warnings.warn(warning, stacklevel=2)
        return self

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return class probabilities `(clips, classes)`, each clip's by itself; of long clips the mean over windows.

        Args:
            X: As for `fit`.

        Raises:
            sklearn.exceptions.NotFittedError: Nothing has been learnt yet.
            AudioDecodeError: A file cannot be read.
        """
        check_is_fitted(self)
        reader = SoundReader(self.sample_rate, self._rate)
        return answers_of_sounds(sound_list(X), reader, self._answer, len(self.classes_))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the label of each clip, `(clips,)`; of a multi-label task a matrix of 0 and 1, `(clips, classes)`."""
        answers = self.predict_proba(X)
        if self.multi_label_:
            return (answers >= 0.5).astype(int)
        return self.classes_[answers.argmax(axis=1)]

    def _learn(
        self,
        schedule: Any,
        train: LabelledClips,
        clock: Clock,
        began: float,
        progress: FitProgress,
        interrupted: Callable[[], bool],
        evidence: FitEvidence,
        grouped: bool,
    ) -> None:
        updates, best = 0, None
        # However little time is left, there is an answer.
        while self._schedule is None or not (
            schedule.done or clock.left() <= 0 or updates == self.max_updates or interrupted()
        ):
            score = schedule.improve(train, clock)
            self._schedule = schedule
            updates += 1
            if score == best:
                continue
            best = score
            self._judge(schedule, evidence, began, progress)
            if self.on_improvement is not None:
                self.on_improvement(self)
            if not grouped:
                evidence.compare_folds(schedule)

    def _judge(self, schedule: Any, evidence: FitEvidence, began: float, progress: FitProgress) -> None:
        """Tell how good the answers are by now, unless that was told before."""
        if evidence.judge(schedule) and evidence.figures is not None:
            self.learning_curve_.append((time.monotonic() - began, evidence.figures.nauc))
            progress.improved(evidence.figures)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write all that answers into one file, front end and labels included; `load` reads it.

        Raises:
            sklearn.exceptions.NotFittedError: Nothing has been learnt yet.
            ExportError: The preset's networks cannot be saved.
            OSError: It cannot be written there.
        """
        from autospeech.classifier_file import write_classifier

        return write_classifier(Path(path), self, self._as_fitted(), __version__)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> AutoSpeechClassifier:
        """Read a classifier that `save` wrote. It answers as before; `fit` would begin anew.

        Raises:
            ModelFileError: There is no such file, it is damaged or something else, or a newer version wrote it.
        """
        from autospeech.classifier_file import read_classifier

        settings, learnt, fitted = read_classifier(Path(path))
        # A function cannot be in the file, and a text must not be called.
        known = cls().get_params(deep=False).keys() - {"on_improvement"}
        found = cls(**{name: value for name, value in settings.items() if name in known})
        for name, value in learnt.items():
            setattr(found, name, value)
        found._fitted = fitted
        return found

    def export(self, path: str | PathLike[str], to: str = "savedmodel") -> Exported:
        """Write what answers for other programs: waveforms `(clips, samples)` at 16 kHz in, probabilities out.

        ONNX takes one clip at a time. Samples are floats in -1..1; integers are not scaled as here, so divide those of
        16 bits by 32768. A clip longer than 30 s is heard whole, and not in windows as here; cut it and take the mean.

        Args:
            path: The folder of a SavedModel, else the file.
            to: `savedmodel`, `litert` or `onnx`.

        Returns:
            Where it is, how large, and the largest difference seen when it was run.

        Raises:
            ValueError: There is no such format.
            ExportError: The preset's networks cannot be exported, a package is missing, or what was written answers
                otherwise.
        """
        from autospeech.export.answer_graph import answer_graph
        from autospeech.export.litert import export_litert
        from autospeech.export.onnx_file import export_onnx
        from autospeech.export.saved_model import export_saved_model

        formats = {"savedmodel": export_saved_model, "litert": export_litert, "onnx": export_onnx}
        if to not in formats:
            raise ValueError(f"there is no format {to!r}; choose one of: {', '.join(formats)}")
        return formats[to](answer_graph(self._as_fitted()), Path(path), [str(name) for name in self.classes_])

    def _as_fitted(self) -> FittedModel:
        """Return what answers as arrays."""
        check_is_fitted(self)
        if self._schedule is None:
            assert self._fitted is not None
            return self._fitted
        from autospeech.export.export_error import ExportError
        from autospeech.export.fitted_model import FittedModel

        if not hasattr(self._schedule, "answering"):
            raise ExportError(f"models of the preset {self.preset!r} cannot be written; take `default`")
        blend, answering = self._schedule.answering()
        weights = {name: blend.weights[name] for name in blend.members}
        return FittedModel.of(weights, answering, multi_label=self.multi_label_, trunk=self._schedule.trunk)

    def __getstate__(self) -> dict[str, Any]:
        from autospeech.export.model_file import model_bytes

        state = {name: value for name, value in super().__getstate__().items() if name not in _ANSWERING}
        if self.__sklearn_is_fitted__():
            state["_stored"] = model_bytes(self._as_fitted())
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        from autospeech.export.model_file import model_of_bytes

        stored = state.pop("_stored", None)
        super().__setstate__(state)
        if stored is not None:
            self._fitted = model_of_bytes(stored)

    def __sklearn_is_fitted__(self) -> bool:
        return self._schedule is not None or self._fitted is not None

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Return the accuracy; of a multi-label task the share of clips with every label right.

        Args:
            X: As for `fit`.
            y: As for `fit`.
            sample_weight: Of each clip; None for 1.
        """
        check_is_fitted(self)
        sounds = sound_list(X)
        y = dataset_labels(X) if y is None else y
        right = right_answers(y, len(sounds), self.classes_, multi_label=self.multi_label_)
        return float(accuracy_score(right, self.predict(sounds), sample_weight=sample_weight))

    def _answer(self, windows: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float64]:
        if self._schedule is None:
            return self._as_fitted().probabilities(windows)
        with one_blas_thread():
            answers: npt.NDArray[np.float64] = self._schedule.answer(windows, Clock())
        self._schedule.forget(windows)
        return answers

    def _check(self) -> float:
        """Return the time budget, infinite where updates are counted; a wrong setting must not cost time first."""
        preset = find_preset(self.preset)
        if self.augment is not None:
            check_augmentation(preset.schedule, self.augment)
        if self.max_hours is not None and not self.max_hours > 0:
            raise ValueError(f"max_hours is {self.max_hours}; it must be above 0, or None")
        if not 0 <= self.max_bad < 1:
            raise ValueError(f"max_bad is {self.max_bad}; it is a share, 0 or more and below 1")
        if self.max_updates is not None:
            if self.max_updates < 1:
                raise ValueError(f"max_updates is {self.max_updates}; it must be 1 or more, or None")
            return math.inf
        if not 0 < self.time_budget < math.inf:
            raise ValueError(f"time_budget is {self.time_budget}; it must be a finite number of seconds above 0")
        return float(self.time_budget)
