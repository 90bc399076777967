"""A classifier in one file: what answers, its classes, how it was learnt."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from autospeech.datasets.sound_reader import SAMPLE_RATE, SoundReader
from autospeech.export.fitted_model import FittedModel
from autospeech.export.model_file import ModelFileError, read_model, write_model

# Of the names of all classes, in memory.
_MOST_BYTES = 100_000_000


def write_classifier(path: Path, classifier: Any, fitted: FittedModel, version: str) -> Path:
    """Write a classifier, whole or not at all.

    Args:
        path: The file; what is there is replaced.
        classifier: An `AutoSpeechClassifier` after `fit` or `load`.
        fitted: What answers as it does.
        version: Of autospeech.

    Returns:
        The file.

    Raises:
        OSError: It cannot be written there.
    """
    settings = classifier.get_params(deep=False)
    about = {
        "version": version,
        "classes": classifier.classes_.tolist(),
        "classes_dtype": classifier.classes_.dtype.str,
        "multi_label": classifier.multi_label_,
        "learning_curve": [[seconds, None if nauc != nauc else nauc] for seconds, nauc in classifier.learning_curve_],
        "settings": {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in settings.items()
            if value is None or isinstance(value, str | int | float | np.generic)
        },
    }
    return write_model(path, fitted, about)


def read_classifier(path: Path) -> tuple[dict[str, Any], dict[str, Any], FittedModel]:
    """Read what `write_classifier` wrote.

    Args:
        path: The file.

    Returns:
        Settings of `AutoSpeechClassifier` by name, its attributes by name, and what answers.

    Raises:
        ModelFileError: There is no such file, it is damaged or something else, or a newer version wrote it.
    """
    fitted, about = read_model(path)
    try:
        settings: dict[str, Any] = {str(name): value for name, value in about["settings"].items()}
        SoundReader(settings.get("sample_rate", SAMPLE_RATE))
        dtype = np.dtype(about["classes_dtype"])
        if dtype.itemsize * max(1, len(about["classes"])) > _MOST_BYTES:
            raise ValueError(f"{len(about['classes'])} classes of the type {str(dtype)[:40]} take too much memory")
        classes = np.array(about["classes"], dtype=dtype)
        if classes.shape != (fitted.classes,):
            raise ValueError(f"{classes.size} classes for {fitted.classes} probabilities")
        curve = [
            (float(seconds), math.nan if nauc is None else float(nauc)) for seconds, nauc in about["learning_curve"]
        ]
        learnt = {"classes_": classes, "multi_label_": bool(about["multi_label"]), "learning_curve_": curve}
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelFileError(f"{path}: what it says of its model is damaged ({str(error)[:200]}); fit anew") from error
    return settings, learnt, fitted
