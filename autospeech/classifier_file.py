"""A classifier in one file: what answers, its classes, how it was learnt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autospeech.datasets.sound_reader import SoundReader
from autospeech.export.model_file import ModelFileError, read_model, write_model


def write_classifier(path: Path, classifier: Any, graph: Any, version: str) -> Path:
    """Write a classifier, whole or not at all.

    Args:
        path: The file; what is there is replaced.
        classifier: An `AutoSpeechClassifier` after `fit` or `load`.
        graph: What answers as it does.
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
    return write_model(path, graph, about)


def read_classifier(path: Path, known: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Read what `write_classifier` wrote.

    Args:
        path: The file.
        known: The settings that a classifier has, by their names, with their defaults.

    Returns:
        Settings, attributes, and what answers.

    Raises:
        ModelFileError: There is no such file, it is damaged or something else, or a newer version wrote it.
    """
    graph, about = read_model(path)
    try:
        # A function cannot be in the file, and a text must not be called.
        wanted = known.keys() - {"on_improvement"}
        settings = {name: value for name, value in about["settings"].items() if name in wanted}
        SoundReader(settings.get("sample_rate", known["sample_rate"]))
        classes = np.array(about["classes"], dtype=about["classes_dtype"])
        if classes.shape != (graph.output_shape[1],):
            raise ValueError(f"{classes.size} classes for {graph.output_shape[1]} probabilities")
        curve = [
            (float(seconds), math.nan if nauc is None else float(nauc)) for seconds, nauc in about["learning_curve"]
        ]
        learnt = {"classes_": classes, "multi_label_": bool(about["multi_label"]), "learning_curve_": curve}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(f"{path}: what it says of its model is damaged ({error}); fit anew") from error
    return settings, learnt, graph
