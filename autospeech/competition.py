"""The class that AutoDL-style platforms drive."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate, fault_of_rate
from autospeech.audio.waveform import as_waveform
from autospeech.clock import Clock
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.learners.task import Task
from autospeech.machine import blas_libraries, keep_memory, one_blas_thread
from autospeech.presets import find_preset
from autospeech.presets.preset import SAMPLE_RATE
from autospeech.schedule.build_schedule import build_schedule


class Model:
    """Learn to classify sound under a budget, by calls of `train` and `test` in turn.

    Everything that needs no data happens here and not in `train`, since platforms do not count it.

    Args:
        metadata: AutoSpeech: the dict of `meta.json`, of which `class_num` is needed, and `sample_rate` is that of all
            clips in Hz, 16000 if left out. AutoDL: an object with `get_output_size()` and `size()`; its clips are at
            16 kHz.
        preset: Name of the settings.
        warm_start: Whether to start from shipped weights.
        encoder: Weights of the ladder's encoder; None for the shipped ones.
        augment: Augmentations in place of the preset's, such as `random_crop,specmix(gamma=0.3)`; `auto` to choose them
            by short trainings.
        mix_at: Layers after which a network on waveforms mixes clips, in place of the preset's, such as
            `input,pool_1`; `none` for plain training.
        fusion: How networks on several features become one answer, in place of the preset's way: `average`,
            `dempster-shafer`, `improved-dempster-shafer` or `learned`.
        seed: Seeds everything.
        trace: File for what is decided, as JSON; None for the log alone.

    Attributes:
        done_training: Whether a further call of `train` would be of no use.

    Raises:
        ValueError: There is no such preset, or the metadata do not tell the number of classes or tell a wrong sample
            rate.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(scale=0.1, size=16000).astype("float32") for _ in range(8)]
        >>> model = Model({"class_num": 2, "test_num": 3}, warm_start=False)
        >>> model.train((clips, np.eye(2)[[0, 1] * 4]), remaining_time_budget=3)
        >>> model.test(clips[:3], remaining_time_budget=2).shape
        (3, 2)

    References:
        Liu et al. (2021): Winning solutions and post-challenge analyses of the ChaLearn AutoDL challenge 2019.
    """

    def __init__(
        self,
        metadata: Any,
        *,
        preset: str = "default",
        warm_start: bool = True,
        encoder: str | Path | None = None,
        augment: str | None = None,
        mix_at: str | None = None,
        fusion: str | None = None,
        seed: int = 0,
        trace: str | Path | None = None,
    ) -> None:
        settings = find_preset(preset)
        keep_memory()
        self.done_training = False
        self._classes, self._train_clips, self._test_clips = _sizes(metadata)
        self._data_rate = _sample_rate(metadata)
        self._rate = settings.rate_of_clips(self._data_rate)
        self._schedule = build_schedule(
            settings.schedule,
            warm_start=warm_start,
            encoder=None if encoder is None else Path(encoder),
            augment=augment,
            mix_at=mix_at,
            fusion=fusion,
            seed=seed,
            trace=None if trace is None else Path(trace),
        )
        with one_blas_thread():
            self._schedule.warm_up(Task(self._classes, self._test_clips, self._rate))
        # By now all that is needed is loaded.
        self._libraries = blas_libraries()
        self._clock = Clock()
        self._train: LabelledClips | None = None
        self._test: tuple[Any, list[np.ndarray]] | None = None

    def train(self, dataset: Any, remaining_time_budget: float | None = None) -> None:
        """Learn until there is a better answer to give.

        Args:
            dataset: AutoSpeech: `(clips, labels)`, a list of waveforms `(samples,)` and a matrix `(clips, classes)` of
                0 and 1. AutoDL: a `tf.data.Dataset` of (example `(time, row, col, channel)`, label `(classes,)`). The
                same at each call.
            remaining_time_budget: Seconds that are left; None for no end.

        Raises:
            ValueError: Clips and labels do not match each other or the metadata.
        """
        self._clock.begin(float("inf") if remaining_time_budget is None else remaining_time_budget)
        if self._train is None:
            with self._clock.measure("read"):
                self._train = self._labelled(dataset)
        # The test clips are read within the budget too, when they are first asked for.
        share = 1.0 if self._test_clips is None else self._test_clips / len(self._train)
        to_read = share * self._clock.cost("read") if self._test is None else 0.0
        # Work is shared among the cores above the linear algebra: its own threads wait for each other on busy machines.
        with one_blas_thread(self._libraries):
            self._schedule.improve(self._train, self._clock.reserve(to_read))
        self.done_training = self._schedule.done

    def test(self, dataset: Any, remaining_time_budget: float | None = None) -> np.ndarray:
        """Answer for the test clips.

        Args:
            dataset: As for `train`, of AutoSpeech the list of clips alone.
            remaining_time_budget: Seconds that are left; None for no end.

        Returns:
            Class probabilities `(clips, classes)`, float64.
        """
        self._clock.begin(float("inf") if remaining_time_budget is None else remaining_time_budget)
        if self._test is None or self._test[0] is not dataset:
            clips = dataset if isinstance(dataset, list | tuple) else _from_tensorflow(dataset)[0]
            self._test = dataset, self._waveforms(clips)
        with one_blas_thread(self._libraries):
            return self._schedule.answer(self._test[1], self._clock)

    def _labelled(self, dataset: Any) -> LabelledClips:
        if isinstance(dataset, list | tuple):
            if len(dataset) != 2:
                raise ValueError(f"the training data must be a pair (clips, labels), not {len(dataset)} things")
            clips, labels = dataset
        else:
            clips, labels = _from_tensorflow(dataset, self._train_clips)
        train = LabelledClips(self._waveforms(clips), np.asarray(labels))
        if train.class_num != self._classes:
            raise ValueError(
                f"the labels have {train.class_num} columns, but the metadata tell of {self._classes} classes"
            )
        if not len(train):
            raise ValueError("the training data hold no clip")
        return train

    def _waveforms(self, clips: Iterable[Any]) -> list[npt.NDArray[np.float32]]:
        """Return clips at the rate that the schedule takes."""
        return [change_rate(as_waveform(clip), self._data_rate, self._rate) for clip in clips]


def _sizes(metadata: Any) -> tuple[int, int | None, int | None]:
    """Return the number of classes, of training clips and of test clips; None for what is not told."""
    if isinstance(metadata, dict):
        if "class_num" not in metadata:
            raise ValueError(
                f"the metadata must tell class_num, the number of classes; they hold {', '.join(metadata) or 'nothing'}"
            )
        return int(metadata["class_num"]), metadata.get("train_num"), metadata.get("test_num")
    clips = int(metadata.size())
    return int(metadata.get_output_size()), clips if clips > 0 else None, None


def _sample_rate(metadata: Any) -> int:
    """Return the sample rate of the data, in Hz."""
    found = metadata.get("sample_rate") if isinstance(metadata, dict) else None
    if found is None:
        return SAMPLE_RATE
    if fault := fault_of_rate(found):
        raise ValueError(f"sample_rate in the metadata: {fault}")
    return int(found)


def _from_tensorflow(dataset: Any, clips: int | None = None) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Take an AutoDL data set of (example `(time, row, col, channel)`, label) into memory; one pass, if it repeats."""
    examples, labels = [], []
    for example, label in (dataset if clips is None else dataset.take(clips)).as_numpy_iterator():
        examples.append(example.reshape(len(example), -1).mean(axis=1) if example.size else np.zeros(0, "float32"))
        labels.append(label)
    return examples, labels
