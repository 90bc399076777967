from __future__ import annotations

import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from autospeech.networks import NETWORKS, build_network
from autospeech.networks.size import multiply_adds


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("kon_cnn", (64, 64, 1)),
        ("encoder", (124, 64, 1)),
        ("rann-8x8-1", (256, 128, 1)),
        ("rann-4x1-2-d10", (99, 40, 1)),
        ("m5-32", (8000, 1)),
        ("m11", (2001, 1)),
    ],
)
def test_multiply_adds_are_half_of_tensorflows_float_operations(name: str, shape: tuple[int, ...]) -> None:
    network = build_network(name, 10, shape)
    traced = tf.function(lambda image: network(image, training=False))
    graph = convert_variables_to_constants_v2(traced.get_concrete_function(tf.TensorSpec((1, *shape)))).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    options = options.with_accounted_types(["Conv2D", "MatMul"]).with_empty_output().build()
    counted = tf.compat.v1.profiler.profile(graph, options=options).total_float_ops
    assert multiply_adds(network) == pytest.approx(counted / 2, rel=1e-6)


def test_an_open_axis_is_told() -> None:
    from autospeech.networks.encoder import encoder

    with pytest.raises(ValueError, match="open axis"):
        multiply_adds(encoder())


# The largest are built where they are tested.
@pytest.mark.parametrize(
    "name", [name for name in NETWORKS if not name.endswith(("-5", "-6", "x4-4", "envnet", "-v2"))]
)
def test_every_network_is_built_by_its_name(name: str) -> None:
    assert build_network(name, 7).output_shape == (None, 7)


def test_an_unknown_network_is_told() -> None:
    with pytest.raises(ValueError, match="kon_cnn, encoder"):
        build_network("resnet", 7)
    with pytest.raises(ValueError, match="64 bins"):
        build_network("encoder", 7, (62, 128, 1))
