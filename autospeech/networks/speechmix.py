"""SpeechMix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from autospeech.augment.between_class import mix
from autospeech.augment.mixed import halves

INPUT = "input"


class SpeechMix:
    """Train a network on mixtures of two clips, made at its input or after one of its layers.

    A batch of 2b clips becomes b mixtures: clip i with clip i + b. All clips run to the layer, their hidden states are
    mixed, h = (p h_i + (1 - p) h_j) / sqrt(p^2 + (1 - p)^2), and the mixtures go on from there. Mixing at the input is
    between-class learning.

    The layers are the network's own: inference is the plain network. Its optimizer and its loss serve all layers; the
    paper's loss is the Kullback-Leibler divergence from the mixed labels.

    Args:
        network: A functional network of one input and one output, compiled.
        cuts: Names of the layers to mix after; `input`, or no name at all, is the input.

    Attributes:
        cuts: As given.

    Raises:
        ValueError: The network is not compiled, there is no cut, or a layer is none of the network's, is its last, or
            leaves a way around it, such as a shortcut.

    Example:
        >>> clip = keras.Input((4,))
        >>> hidden = keras.layers.Dense(3, "relu", name="hidden")(clip)
        >>> network = keras.Model(clip, keras.layers.Dense(2)(hidden))
        >>> network.compile("sgd", keras.losses.CategoricalCrossentropy(from_logits=True), jit_compile=False)
        >>> speechmix = SpeechMix(network, ["input", "hidden"])
        >>> cut = speechmix.draw(np.random.default_rng(0))
        >>> loss = speechmix.train_step(np.ones((4, 4)), np.full((2, 2), 0.5), np.full(2, 0.5), cut)
        >>> cut, loss > 0
        ('hidden', True)

    References:
        Jindal, Ranganatha, Didolkar, Chowdhury, Jin, Sawhney, Shah (INTERSPEECH 2020): SpeechMix - Augmenting deep
        sound recognition using hidden space interpolations. Tokozume, Ushiku, Harada (ICLR 2018): Learning from
        between-class examples for deep sound recognition.
    """

    def __init__(self, network: keras.Model, cuts: Sequence[str]) -> None:
        if not network.compiled:
            raise ValueError("compile the network first; its optimizer and its loss are what it is trained with")
        if not cuts:
            raise ValueError(f"there must be a layer to mix after; {INPUT!r} is the input")
        self.cuts = tuple(cuts)
        self._mixtures = {cut: _Mixture(network, cut) for cut in self.cuts}
        # One optimizer trains all; it must know the variables in the network's order.
        if not network.optimizer.built:
            network.optimizer.build(network.trainable_variables)
        for mixture in self._mixtures.values():
            mixture.compile(
                network.optimizer, network.loss, jit_compile=network.jit_compile, run_eagerly=network.run_eagerly
            )

    def draw(self, generator: np.random.Generator) -> str:
        """Draw the layer for a batch, all equally likely.

        Args:
            generator: The source of randomness.
        """
        return self.cuts[generator.integers(len(self.cuts))]

    def train_step(self, clips: Any, labels: Any, shares: Any, cut: str) -> float:
        """Learn from a batch once.

        The first step after each layer is traced.

        Args:
            clips: What the network takes, 2b of them.
            labels: Of the mixtures, `(b, classes)`.
            shares: p of clip i of each pair, `(b,)`, 0..1.
            cut: After which layer to mix, one of `cuts`.

        Returns:
            The loss before the step.

        Raises:
            ValueError: There is no such cut, or the numbers of clips, labels and shares do not suit.
        """
        if cut not in self._mixtures:
            raise ValueError(f"the cuts are {', '.join(map(repr, self.cuts))}, not {cut!r}")
        if len(clips) % 2:
            raise ValueError(f"the halves of a batch are mixed, which must be even, not {len(clips)} clips")
        if not len(clips) == 2 * len(labels) == 2 * len(shares):
            raise ValueError(
                f"{len(clips)} clips want {len(clips) // 2} labels and shares, not {len(labels)} and {len(shares)}"
            )
        mixture = self._mixtures[cut]
        # Or Keras would return the mean of all steps so far.
        mixture.reset_metrics()
        return float(mixture.train_on_batch((clips, shares), labels, return_dict=True)["loss"])


class _Mixture(keras.Model):
    """From clips and shares to the logits of the mixtures, by the layers of a network."""

    def __init__(self, network: keras.Model, cut: str) -> None:
        super().__init__(name=f"mixed_after_{cut or INPUT}")
        # The first, so that its order of variables is the one that Keras hands to the optimizer.
        self.network = network
        self.front, self.back = _parts(network, cut)

    def call(self, inputs: tuple[Any, Any], training: bool | None = None) -> Any:
        """Mix the clips' hidden states and go on."""
        clips, shares = inputs
        hidden = clips if self.front is None else self.front(clips, training=training)
        return self.back(mix(*halves(hidden), shares), training=training)


def _parts(network: keras.Model, cut: str) -> tuple[keras.Model | None, keras.Model]:
    """Return the network to a layer, None for the input, and from there."""
    if cut in ("", INPUT):
        return None, network
    hidden = network.get_layer(cut).output
    try:
        front = keras.Model(network.inputs[0], hidden)
        back = keras.Model(hidden, network.outputs[0])
    except ValueError as error:
        raise ValueError(f"the network cannot be cut after layer {cut!r}: {error}") from error
    # Where a way leads around the layer, Keras makes the network's own input one of the rest.
    if sum(isinstance(layer, keras.layers.InputLayer) for layer in back.layers) > 1:
        raise ValueError(
            f"the network cannot be cut after layer {cut!r}, as not every path passes it; cut after the layer that "
            "joins the paths"
        )
    return front, back
