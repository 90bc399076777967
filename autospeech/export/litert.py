"""Export to LiteRT, formerly TensorFlow Lite."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from autospeech.export.checked_export import Answer, Floats, checked_export, optional
from autospeech.export.export_error import ExportError
from autospeech.export.exported import Exported
from autospeech.export.saved_model import write_saved_model

CLASSES = "classes.json"


def export_litert(model: keras.Model, path: Path, classes: Sequence[str]) -> Exported:
    """Write a model for LiteRT, made of its built-in operations alone, and check it by running it.

    The signature `serving_default` has the input `waveform`, `(clips, samples)`, float32 in -1..1, 16 kHz, of any
    number and length, and the output `probabilities`, `(clips, classes)`: one row a clip. NaN and infinite samples
    count as 0. As is usual there, the names of the classes are in a ZIP archive at the end of the file, `classes.json`.

    Args:
        model: As `answer_graph` returns it.
        path: The `.tflite` file to write.
        classes: Names, in the order of the probabilities.

    Returns:
        Where it is, how large, and the largest difference from the Keras model.

    Raises:
        ExportError: LiteRT is not installed, lacks an operation, or what was written does not answer as the model does.
    """
    interpreter: Any = optional("ai_edge_litert.interpreter", "ai-edge-litert")

    def write(part: Path) -> None:
        part.write_bytes(_converted(model))
        with zipfile.ZipFile(part, "a") as archive:
            archive.writestr(CLASSES, json.dumps(list(classes)))

    def load(part: Path) -> Answer:
        loaded = interpreter.Interpreter(model_path=str(part))
        run = loaded.get_signature_runner("serving_default")

        def answer(clip: Floats) -> Floats:
            return np.asarray(run(waveform=clip)["probabilities"])

        return answer

    return checked_export(model, path, classes, write, load)


def _converted(model: keras.Model) -> bytes:
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder, "saved_model")
        write_saved_model(model, saved)
        converter = tf.lite.TFLiteConverter.from_saved_model(str(saved), signature_keys=["serving_default"])
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        try:
            return bytes(converter.convert())
        except Exception as error:
            raise ExportError(f"LiteRT cannot hold this model: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return the line of the converter's many that names the operations in question."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if line.startswith(("TF Select ops", "Custom ops"))), lines[0] if lines else "")
