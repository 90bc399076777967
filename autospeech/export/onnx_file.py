"""Export to ONNX."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from autospeech.audio.waveform import FULL_SCALE_32
from autospeech.export.checked_export import Answer, Floats, checked_export, optional
from autospeech.export.export_error import ExportError
from autospeech.export.exported import Exported

OPSET = 18
CLASSES = "classes"


def export_onnx(model: keras.Model, path: Path, classes: Sequence[str]) -> Exported:
    """Write a model as ONNX and check it by running it in ONNX Runtime.

    The input is `waveform`, `(1, samples)`, float32 in -1..1, 16 kHz, the output `probabilities`, `(1, classes)`; ONNX
    Runtime refuses more than one clip at a time. NaN and infinite samples count as 0. The names of the classes are a
    JSON list in the metadata, under `classes`.

    Args:
        model: As `answer_graph` returns it.
        path: The `.onnx` file to write.
        classes: Names, in the order of the probabilities.

    Returns:
        Where it is, how large, and the largest difference from the Keras model.

    Raises:
        ExportError: A package for ONNX is not installed, or what was written does not answer as the model does.
    """
    onnx: Any = optional("onnx", "onnx")
    tf2onnx: Any = optional("tf2onnx", "tf2onnx")
    runtime: Any = optional("onnxruntime", "onnxruntime")
    import tensorflow as tf

    def write(part: Path) -> None:
        @tf.function
        def answer(waveform: tf.Tensor) -> dict[str, tf.Tensor]:
            return {"probabilities": model(waveform, training=False)}

        signature = [tf.TensorSpec((1, None), tf.float32, name="waveform")]
        try:
            proto, _ = tf2onnx.convert.from_function(answer, signature, opset=OPSET)
            _take_finite_samples(onnx, proto.graph)
            onnx.checker.check_model(proto)
        except Exception as error:
            raise ExportError(f"ONNX cannot hold this model: {error}") from error
        proto.graph.input[0].type.tensor_type.shape.dim[1].dim_param = "samples"
        onnx.helper.set_model_props(proto, {CLASSES: json.dumps(list(classes))})
        onnx.save_model(proto, str(part))

    def load(part: Path) -> Answer:
        session = runtime.InferenceSession(str(part), providers=["CPUExecutionProvider"])

        def answer(clip: Floats) -> Floats:
            return np.asarray(session.run(["probabilities"], {"waveform": clip})[0])

        return answer

    return checked_export(model, path, classes, write, load, most_clips=1)


def _take_finite_samples(onnx: Any, graph: Any) -> None:
    """Let 0 stand for samples that are no numbers; TensorFlow's own `where` becomes a product with NaN in tf2onnx."""
    raw, finite = graph.input[0].name, "finite_waveform"
    for node in graph.node:
        node.input[:] = [finite if name == raw else name for name in node.input]
    graph.initializer.extend(
        onnx.numpy_helper.from_array(np.float32(value), name)
        for name, value in (("beyond_samples", np.nextafter(FULL_SCALE_32, np.inf, dtype=np.float32)), ("silence", 0))
    )
    make = onnx.helper.make_node
    added = [
        make("Abs", [raw], ["waveform_level"]),
        make("Less", ["waveform_level", "beyond_samples"], ["is_sample"]),
        make("Where", ["is_sample", raw, "silence"], [finite]),
    ]
    for place, node in enumerate(added):
        graph.node.insert(place, node)
