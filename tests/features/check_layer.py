"""The check that every feature layer passes."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


def check_layer(layer: keras.layers.Layer, inputs: np.ndarray, folder: Path) -> np.ndarray:
    """Check shape, type, config, independence of the batch, `.keras` and SavedModel round trips; return the outputs."""
    outputs = np.asarray(layer(inputs))
    assert outputs.dtype == np.float32
    assert np.isfinite(outputs).all()
    assert tuple(layer.compute_output_shape(inputs.shape)) == outputs.shape

    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    np.testing.assert_allclose(again(inputs), outputs, rtol=0, atol=1e-5)

    for index in range(len(inputs)):
        np.testing.assert_allclose(layer(inputs[index : index + 1])[0], outputs[index], rtol=0, atol=1e-3)

    model = keras.Sequential([keras.Input(inputs.shape[1:]), layer])
    model.save(folder / "model.keras")
    loaded = keras.models.load_model(folder / "model.keras")
    np.testing.assert_allclose(loaded.predict_on_batch(inputs), outputs, rtol=0, atol=1e-3)
    model.export(folder / "saved_model", verbose=False)
    served = tf.saved_model.load(str(folder / "saved_model"))
    np.testing.assert_allclose(served.serve(inputs), outputs, rtol=0, atol=1e-3)
    return outputs
