from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from scipy import special

from autospeech.augment.between_class import a_weighted_gain
from autospeech.networks.envnet import EnvNet
from autospeech.networks.raw_cnn import RawCNN
from autospeech.networks.speechmix import SpeechMix
from autospeech.training.label_loss import LabelLoss

CUTS = ("input", "first", "second")


def small_network(*, normalised: bool = False, rate: float = 1.0, traced: bool = False) -> keras.Model:
    """Return a compiled network without dropout, from 12 samples to 3 classes."""
    initializer = keras.initializers.GlorotUniform
    wave = keras.Input((12, 1))
    x = layers.Conv1D(4, 3, activation="tanh", kernel_initializer=initializer(0), name="first")(wave)
    x = layers.BatchNormalization(momentum=0.9, name="norm_1")(x) if normalised else x
    x = layers.Conv1D(5, 3, activation="tanh", kernel_initializer=initializer(1), name="second")(x)
    x = layers.BatchNormalization(momentum=0.9, name="norm_2")(x) if normalised else x
    x = layers.GlobalAveragePooling1D()(x)
    network = keras.Model(wave, layers.Dense(3, kernel_initializer=initializer(2), name="logits")(x))
    network.compile(keras.optimizers.SGD(rate), LabelLoss(divergence=True), jit_compile=False, run_eagerly=not traced)
    return network


def batch(pairs: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return clips, labels of the mixtures and shares."""
    rng = np.random.default_rng(seed)
    clips = rng.normal(size=(2 * pairs, 12, 1)).astype("float32")
    return clips, rng.dirichlet(np.ones(3), pairs).astype("float32"), rng.uniform(size=pairs).astype("float32")


def mix(hidden: Any, shares: np.ndarray) -> np.ndarray:
    values = np.asarray(hidden)
    p = shares.reshape(-1, *[1] * (values.ndim - 1))
    return (p * values[: len(p)] + (1 - p) * values[len(p) :]) / np.sqrt(p**2 + (1 - p) ** 2)


def divergence(labels: np.ndarray, logits: Any) -> float:
    predicted = special.log_softmax(np.asarray(logits), axis=1)
    return float((labels * (np.log(labels) - predicted)).sum(axis=1).mean())


@pytest.mark.parametrize("cut", CUTS)
def test_a_share_of_one_is_a_step_on_the_first_half(cut: str) -> None:
    plain, mixed = small_network(), small_network()
    clips, labels, _ = batch(5)
    expected = plain.train_on_batch(clips[:5], labels)
    reached = SpeechMix(mixed, [cut], gain="none").train_step(clips, labels, np.ones(5), cut)
    assert reached == pytest.approx(float(expected), rel=1e-5)
    for one, other in zip(plain.get_weights(), mixed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_mixing_at_the_input_is_mixing_waveforms() -> None:
    plain, mixed = small_network(normalised=True), small_network(normalised=True)
    clips, labels, shares = batch(6)
    expected = plain.train_on_batch(mix(clips, shares), labels)
    speechmix = SpeechMix(mixed, ["", "input"], gain="none")
    assert speechmix.train_step(clips, labels, shares, "") == pytest.approx(float(expected), rel=1e-4)
    for one, other in zip(plain.get_weights(), mixed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("cut", ["first", "second"])
def test_mixing_hidden_states_equals_it_by_hand(cut: str) -> None:
    network = small_network()
    clips, labels, shares = batch(4)
    hidden: Any = clips
    for layer in network.layers[1:]:
        hidden = layer(hidden)
        if layer.name == cut:
            hidden = mix(hidden, shares)
    reached = SpeechMix(network, CUTS, gain="none").train_step(clips, labels, shares, cut)
    assert reached == pytest.approx(divergence(labels, hidden), rel=1e-4)


@pytest.mark.parametrize("gain", ["hidden", "waveform"])
def test_gains_weigh_hidden_states(gain: str) -> None:
    network = small_network()
    clips, labels, ratios = batch(4)
    clips[:4] *= 5
    hidden = np.asarray(network.layers[1](clips))
    # Channel after channel, as the authors' code reads them; librosa's frames would be the same single one.
    heard = hidden.transpose(0, 2, 1).reshape(8, -1) if gain == "hidden" else clips[..., 0]
    gains = np.asarray(a_weighted_gain(heard)).max(axis=1)
    shares = 1 / (1 + 10 ** ((gains[:4] - gains[4:]) / 20) * (1 - ratios) / ratios)
    mixed: Any = mix(hidden, shares)
    for layer in network.layers[2:]:
        mixed = layer(mixed)
    reached = SpeechMix(network, ["first"], gain=gain).train_step(clips, labels, ratios, "first")
    assert reached == pytest.approx(divergence(labels, mixed), rel=1e-3)
    assert not np.allclose(shares, ratios, atol=0.05)


def test_all_layers_share_weights_and_optimizer() -> None:
    network = small_network(rate=0.1)
    speechmix = SpeechMix(network, CUTS, gain="none")
    clips, labels, shares = batch(4)
    before = np.asarray(network(clips))
    for step, cut in enumerate(CUTS, start=1):
        speechmix.train_step(clips, labels, shares, cut)
        after = np.asarray(network(clips))
        assert not np.allclose(before, after)
        assert int(network.optimizer.iterations) == step
        before = after
    assert len(network.optimizer.variables) == 2  # Of plain SGD: iterations and learning rate.
    assert [layer.name for layer in network.layers if layer.weights] == ["first", "second", "logits"]


def test_statistics_of_normalisations_move_once_a_step() -> None:
    network = small_network(normalised=True, rate=0.0)
    clips, labels, shares = batch(50)
    maps = np.asarray(network.get_layer("first")(clips))
    mean, spread = maps.mean(axis=(0, 1)), maps.std(axis=(0, 1))
    SpeechMix(network, ["norm_1"], gain="none").train_step(clips, labels, shares, "norm_1")
    moved = network.get_layer("norm_1").moving_mean
    np.testing.assert_allclose(moved, 0.1 * mean, rtol=1e-4, atol=1e-6)
    normal = (maps - mean) / np.sqrt(spread**2 + 1e-3)
    mixed = np.asarray(network.get_layer("second")(mix(normal, shares)))
    moved = network.get_layer("norm_2").moving_mean
    np.testing.assert_allclose(moved, 0.1 * mixed.mean(axis=(0, 1)), rtol=1e-3, atol=1e-5)


def test_draws_are_seeded_and_reach_all_layers() -> None:
    speechmix = SpeechMix(small_network(), CUTS, gain="none")
    first, same, other = (
        [speechmix.draw(generator) for _ in range(300)] for generator in map(np.random.default_rng, (0, 0, 1))
    )
    assert first == same != other
    assert all(70 < first.count(cut) < 130 for cut in CUTS)


def test_learns_and_the_network_survives_a_file(tmp_path: Path) -> None:
    network = small_network(normalised=True)
    network.compile(keras.optimizers.Adam(0.02), LabelLoss(divergence=True), jit_compile=False)
    speechmix, generator = SpeechMix(network, CUTS, gain="none"), np.random.default_rng(0)
    patterns = generator.normal(size=(3, 12, 1))
    losses = []
    for _ in range(50):
        kinds = generator.integers(3, size=32)
        ratios = generator.uniform(size=(16, 1))
        one_hot = np.eye(3)[kinds]
        clips = patterns[kinds] + 0.1 * generator.normal(size=(32, 12, 1))
        labels = ratios * one_hot[:16] + (1 - ratios) * one_hot[16:]
        losses.append(speechmix.train_step(clips, labels, ratios[:, 0], speechmix.draw(generator)))
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5])
    assert (np.argmax(network(patterns), axis=1) == np.arange(3)).all()
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras", {"LabelLoss": LabelLoss}, compile=False)
    np.testing.assert_allclose(again(patterns), network(patterns), atol=1e-6)


def test_batches_may_change_their_size() -> None:
    network = small_network(rate=0.0, traced=True)
    speechmix = SpeechMix(network, ["first"], gain="none")
    for pairs in (4, 2, 3, 1):
        clips, labels, shares = batch(pairs)
        hidden: Any = mix(network.layers[1](clips), shares)
        for layer in network.layers[2:]:
            hidden = layer(hidden)
        reached = speechmix.train_step(clips, labels, shares, "first")
        assert reached == pytest.approx(divergence(labels, hidden), rel=1e-4)


@pytest.mark.parametrize(
    ("network", "pools"),
    [
        (EnvNet.named("envnet", width=8), 3),
        (RawCNN.named("m5-32"), 4),
        (RawCNN(4, ((4, 2), (8, 2)), residual=True), 2),
    ],
)
def test_networks_on_waveforms_can_be_cut_at_their_pools(network: Any, pools: int) -> None:
    plain = network.build(2)
    plain.compile("sgd", LabelLoss(divergence=True), jit_compile=False)
    SpeechMix(plain, ["input", *(f"pool_{number}" for number in range(1, pools + 1))], gain="none")


def test_layers_with_a_way_around_are_refused() -> None:
    wave = keras.Input((12, 1))
    x = layers.Conv1D(2, 3, name="before")(wave)
    y = layers.Conv1D(2, 3, padding="same", name="inside")(x)
    y = layers.Conv1D(2, 3, padding="same", name="deeper")(y)
    x = layers.Flatten(name="after")(layers.Add(name="joined")([x, y]))
    network = keras.Model(wave, layers.Dense(2, name="logits")(x))
    network.compile("sgd", LabelLoss(), jit_compile=False)
    SpeechMix(network, ["before", "joined", "after"], gain="none")
    for inner in ("inside", "deeper"):
        with pytest.raises(ValueError, match=f"after layer '{inner}', as not every path passes it"):
            SpeechMix(network, ["before", inner], gain="none")
    with pytest.raises(ValueError, match="after layer 'logits'"):
        SpeechMix(network, ["logits"], gain="none")
    with pytest.raises(ValueError, match="no layer 'outside' to mix after; choose from: input, before, inside"):
        SpeechMix(network, ["outside"], gain="none")


def test_wrong_arguments_are_told() -> None:
    network = small_network()
    with pytest.raises(ValueError, match="there must be a layer"):
        SpeechMix(network, [], gain="none")
    with pytest.raises(ValueError, match="compile the network"):
        SpeechMix(keras.Model(network.input, network.output), ["input"])
    speechmix = SpeechMix(network, ["input"], gain="none")
    clips, labels, shares = batch(3)
    with pytest.raises(ValueError, match="must be even, not 5 clips"):
        speechmix.train_step(clips[:5], labels, shares, "input")
    with pytest.raises(ValueError, match="6 clips want 3 labels and ratios, not 2 and 3"):
        speechmix.train_step(clips, labels[:2], shares, "input")
    with pytest.raises(ValueError, match="the cuts are 'input', not 'first'"):
        speechmix.train_step(clips, labels, shares, "first")
