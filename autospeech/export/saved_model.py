"""Export to TensorFlow's SavedModel."""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from autospeech.audio.waveform import FULL_SCALE_32
from autospeech.export.checked_export import Answer, Floats, checked_export
from autospeech.export.exported import Exported

# Beside the graph, where TensorFlow leaves files alone.
CLASSES = Path("assets.extra", "classes.json")


def export_saved_model(model: keras.Model, path: Path, classes: Sequence[str]) -> Exported:
    """Write a model as a SavedModel, as TensorFlow Serving takes it, and check it by running it.

    The signature `serving_default` has the input `waveform`, `(clips, samples)`, float32 in -1..1, 16 kHz, and the
    output `probabilities`, `(clips, classes)`: one row a clip. NaN and infinite samples count as 0. The names of the
    classes are in `assets.extra/classes.json`.

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
        names.write_text(json.dumps(list(classes)), encoding="utf-8")

    return checked_export(model, path, classes, write, _load, folder=True)


def write_saved_model(model: keras.Model, path: Path) -> None:
    """Write the SavedModel alone.

    Raises:
        OSError: It cannot be written there.
    """
    import tensorflow as tf

    def of_clip(samples: tf.Tensor) -> tf.Tensor:
        finite = tf.where(tf.abs(samples) <= FULL_SCALE_32, samples, tf.zeros_like(samples))
        return model(finite[None], training=False)[0]

    # The model takes one clip at a time.
    @tf.function(input_signature=[tf.TensorSpec((None, None), tf.float32, name="waveform")], autograph=False)
    def answer(waveform: tf.Tensor) -> dict[str, tf.Tensor]:
        row = tf.TensorSpec(model.output_shape[1:], tf.float32)
        return {"probabilities": tf.map_fn(of_clip, waveform, parallel_iterations=1, fn_output_signature=row)}

    # The variables alone: Keras' own archive would keep every one of them twice (Keras 3.13).
    module = tf.Module()
    module.answer = answer
    module.weights = [variable.value for variable in model.variables]
    try:
        tf.saved_model.save(module, str(path), signatures={"serving_default": answer})
    except tf.errors.OpError as error:
        full = isinstance(error, tf.errors.ResourceExhaustedError)
        raise OSError(errno.ENOSPC if full else errno.EIO, error.message, str(path)) from error


def _load(path: Path) -> Answer:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(path))
    signature = loaded.signatures["serving_default"]

    def answer(clip: Floats) -> Floats:
        # Held by the closure: the signature does not keep alive what it was loaded with.
        assert loaded is not None
        return np.asarray(signature(waveform=tf.constant(clip))["probabilities"])

    return answer
