"""Export to TensorFlow's SavedModel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from autospeech.export.checked_export import Answer, Floats, checked_export
from autospeech.export.exported import Exported

# Beside the graph, where TensorFlow leaves files alone.
CLASSES = Path("assets.extra", "classes.json")


def export_saved_model(model: keras.Model, path: Path, classes: Sequence[str]) -> Exported:
    """Write a model as a SavedModel, as TensorFlow Serving takes it, and check it by running it.

    The signature `serving_default` has the input `waveform`, `(1, samples)`, float32, 16 kHz, and the output
    `probabilities`, `(1, classes)`. The names of the classes are in `assets.extra/classes.json`.

    Args:
        model: As `answer_graph` returns it.
        path: The folder to make; what is there is replaced.
        classes: Names, in the order of the probabilities.

    Returns:
        Where it is, how large, and the largest difference from the Keras model.

    Raises:
        ExportError: What was written does not answer as the model does.
    """

    def write(part: Path) -> None:
        write_saved_model(model, part)
        names = part / CLASSES
        names.parent.mkdir()
        names.write_text(json.dumps(list(classes), ensure_ascii=False), encoding="utf-8")

    return checked_export(model, path, classes, write, _load)


def write_saved_model(model: keras.Model, path: Path) -> None:
    """Write the SavedModel alone."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((1, None), tf.float32, name="waveform")])
    def answer(waveform: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"probabilities": model(waveform, training=False)}

    # The variables alone: Keras' own archive would keep every one of them twice (Keras 3.13).
    module = tf.Module()
    module.answer = answer
    module.weights = [variable.value for variable in model.variables]
    tf.saved_model.save(module, str(path), signatures={"serving_default": answer})


def _load(path: Path) -> Answer:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    signature = loaded.signatures["serving_default"]

    def answer(clip: Floats) -> Floats:
        # Held by the closure: the signature does not keep alive what it was loaded with.
        assert loaded is not None
        return np.asarray(signature(waveform=tf.constant(clip))["probabilities"])

    return answer
