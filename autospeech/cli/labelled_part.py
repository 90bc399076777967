"""A part of a labelled source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from autospeech.classifier import AutoSpeechClassifier


@dataclass(frozen=True)
class LabelledPart:
    """The clips of a part.

    Args:
        sounds: Paths, or waveforms at 16 kHz.
        labels: The names of each clip's classes.
        groups: Of each clip; None where there are none.
        several: Whether clips of the source may have several labels.
    """

    sounds: list[Any]
    labels: list[tuple[str, ...]]
    groups: list[str] | None
    several: bool

    @property
    def y(self) -> list[Any]:
        """The labels as `AutoSpeechClassifier.fit` takes them."""
        return [set(names) for names in self.labels] if self.several else [names[0] for names in self.labels]

    def matrix(self, classifier: AutoSpeechClassifier) -> npt.NDArray[np.float32]:
        """Return the labels as 0 and 1, `(clips, classes)`, in the order of a classifier's classes.

        Raises:
            ValueError: The classifier does not know one of them.
        """
        from autospeech.datasets.unicode_form import nfc

        # Tables and folders give labels in this form; a model that was fitted in Python has them as they were given.
        column = {nfc(str(name)): number for number, name in enumerate(classifier.classes_)}
        unknown = sorted({nfc(name) for names in self.labels for name in names} - set(column))
        if unknown:
            raise ValueError(f"the model does not know the class {unknown[0]!r}; it knows {', '.join(column)}")
        labels = np.zeros((len(self.labels), len(column)), np.float32)
        for row, names in zip(labels, self.labels, strict=True):
            row[[column[nfc(name)] for name in names]] = 1
        return labels
