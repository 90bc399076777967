"""Train one way of spotting keywords and test it, with a bar to watch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.speech_commands import SpeechCommands
from autospeech.datasets.splitting import stratified_subset
from autospeech.plots.epoch_record import EpochRecord

if TYPE_CHECKING:
    from autospeech.learners.waveform_network import WaveformNetwork


@dataclass(frozen=True)
class KeywordTraining:
    """What a training led to.

    Args:
        way: Name of the way.
        augment: Augmentations of the training clips, as text.
        share: Of the training clips, above 0 and at most 1.
        clips: How many clips that is.
        epochs: How many were asked for.
        parameters: Trainable weights of the network.
        history: A record of each epoch; fewer than `epochs` where the training was stopped.
        step_losses: Training loss of each step.
        counts: Confusions of the test clips `(words, words)`; rows are what was said.
        test_accuracy_after: Test accuracy of the state after so many epochs.
    """

    way: str
    augment: str
    share: float
    clips: int
    epochs: int
    parameters: int
    history: Sequence[EpochRecord]
    step_losses: Sequence[float]
    counts: npt.NDArray[np.int64]
    test_accuracy_after: dict[int, float] = field(default_factory=dict)

    @property
    def test_accuracy(self) -> float:
        """Share of the test clips answered right by the state that did best on the validation clips."""
        return _accuracy(self.counts)

    @property
    def finished(self) -> bool:
        """Whether all epochs were trained."""
        return len(self.history) == self.epochs

    @property
    def seconds(self) -> float:
        """How long the training took."""
        return self.history[-1].seconds if self.history else 0.0


def train_way(
    way: str,
    learner: WaveformNetwork,
    data: SpeechCommands,
    epochs: int,
    console: Any,
    *,
    share: float = 1.0,
    test_after: Collection[int] = (),
    title: str = "",
) -> KeywordTraining:
    """Train one way on a share of the training clips, and test it.

    An epoch is as long for each share: the clips of a smaller one are heard several times in it, so that fewer clips do
    not mean fewer steps. Ctrl-C ends the training; the best state by then is tested.

    Args:
        way: Its name.
        learner: After its `warm_up`.
        data: Clips to train on, to validate by and to test on.
        epochs: How many, at least 1.
        console: Where the bar is shown.
        share: Of the training clips, above 0 and at most 1.
        test_after: Epochs after which the state is tested too.
        title: What the bar says; the way if left out.

    Returns:
        The outcome.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from autospeech.clock import Clock
    from autospeech.networks.size import trainable_parameters

    title = title or way
    train, clips = _share_of(data.train, share, learner.settings.seed)
    after: dict[int, float] = {}
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(title, total=epochs)
            for epoch in range(1, epochs + 1):
                learner.fit(train, data.valid, Clock())
                last = learner.history[-1]
                bar.update(task, advance=1, description=f"{title}: validation accuracy {last.valid_accuracy:.1%}")
                if epoch in test_after:
                    after[epoch] = _accuracy(_confusions(learner.current_proba(data.test.clips), data))
    except KeyboardInterrupt:
        console.print(f"{title}: stopped after {len(learner.history)} of {epochs} epochs")
    counts = _confusions(learner.predict_proba(data.test.clips, Clock()), data)
    return KeywordTraining(
        way=way,
        augment=learner.settings.augment,
        share=share,
        clips=clips,
        epochs=epochs,
        parameters=trainable_parameters(learner.network),
        history=learner.history,
        step_losses=learner.step_losses,
        counts=counts,
        test_accuracy_after=after,
    )


def _share_of(train: LabelledClips, share: float, seed: int) -> tuple[LabelledClips, int]:
    """Return as many clips as there are, of a share of them alone, and how many that share is."""
    chosen = stratified_subset(train.labels, share, seed)
    if len(chosen) == len(train):
        return train, len(train)
    # Shuffled, since the last repetition may be cut.
    shuffled = np.random.default_rng(seed).permutation(chosen)
    return train.subset(np.resize(shuffled, len(train))), len(chosen)


def _confusions(probabilities: npt.NDArray[Any], data: SpeechCommands) -> npt.NDArray[np.int64]:
    from sklearn.metrics import confusion_matrix

    answers, truth = probabilities.argmax(axis=1), data.test.labels.argmax(axis=1)
    counts: npt.NDArray[np.int64] = confusion_matrix(truth, answers, labels=range(len(data.words)))
    return counts


def _accuracy(counts: npt.NDArray[np.int64]) -> float:
    return float(counts.trace() / counts.sum())
