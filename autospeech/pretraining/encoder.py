"""Train the encoder that is shipped: one trunk, many heads, every corpus that may train what ships."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from autospeech.learners.on_one_device import on_one_device
from autospeech.networks.encoder import HEAD_POOLING, POOLING, WIDTHS, Pooling, encoder, save_encoder, with_heads
from autospeech.pretraining.corpora import MADE, corpora_left_out, fingerprint, read_corpora
from autospeech.pretraining.espeak_speech import make_espeak_speech
from autospeech.pretraining.frame_batches import FrameBatches
from autospeech.pretraining.frame_store import FrameStore
from autospeech.pretraining.head_loss import HeadLoss

NAME = "encoder"
# What a head counts for within a clip, where that is not 1: a kit's name says little, three heads of prosody are alike.
HEAD_WEIGHTS = {"espeak_made/pitch": 0.5, "espeak_made/pitch_range": 0.5, "espeak_made/speed": 0.5, "drums/group": 0.3}
REPORT_EVERY = 30.0


@dataclass(frozen=True)
class EncoderRecipe:
    """How the encoder is trained.

    Args:
        steps: Batches to learn from.
        batch: Clips a batch.
        rate: Peak learning rate; it warms up over the first twentieth and falls to nothing along a cosine.
        decay: Weight decay.
        widths: Channels of the trunk.
        pooling: Which of its maps are pooled over time, and how, for the embedding.
        head_pooling: The same for the heads.
        utterances: How many utterances of made speech.
        save_every: Seconds between intermediate weights.
        seed: Seeds everything.
    """

    steps: int = 10000
    batch: int = 64
    rate: float = 2e-3
    decay: float = 0.02
    widths: tuple[int, ...] = WIDTHS
    pooling: Pooling = POOLING
    head_pooling: Pooling = HEAD_POOLING
    utterances: int = 14000
    save_every: float = 300.0
    seed: int = 0


def pretrain_encoder(
    data: Path,
    out: Path,
    cache: Path,
    *,
    leave_out: Collection[str] = (),
    recipe: EncoderRecipe | None = None,
    report: Callable[[str], None] = print,
) -> keras.Model:
    """Train the encoder.

    Args:
        data: Folder of the corpora.
        out: The `.npz` file to write; it holds intermediate weights while the training lasts.
        cache: Folder for the made speech and the frames, where later trainings find them again.
        leave_out: Corpora to leave out, so that they can judge; `espeak` is all synthetic speech.
        recipe: How to train; none is the recipe of the shipped weights.
        report: Called with a line of progress every half minute.

    Returns:
        The trunk.

    Raises:
        DatasetError: A table is missing, a corpus is unknown, or eSpeak NG is not installed.
        AudioDecodeError: A clip cannot be read.
    """
    recipe = recipe or EncoderRecipe()
    out.parent.mkdir(parents=True, exist_ok=True)
    made = None
    if MADE not in corpora_left_out(leave_out):
        made = make_espeak_speech(cache, recipe.utterances, seed=recipe.seed, report=report)
    clips = read_corpora(data, made_speech=made, leave_out=leave_out)
    store = FrameStore.of(clips, cache, seed=recipe.seed, report=report)
    report(f"{len(clips)} clips, {len(store)} with copies, {len(store.frames)} frames, of {', '.join(store.names)}")
    report(f"recordings {fingerprint(clips)}")
    return train_encoder(store, out, recipe, report)


def train_encoder(store: FrameStore, out: Path, recipe: EncoderRecipe, report: Callable[[str], None]) -> keras.Model:
    """Train on a store of frames; the rest is as for `pretrain_encoder`."""
    embedder = encoder(recipe.widths, recipe.pooling, seed=recipe.seed)
    classes = {head: len(names) for head, names in store.heads.items()}
    model = with_heads(embedder, classes, recipe.head_pooling, seed=recipe.seed)
    loss = HeadLoss(list(classes.values()), [HEAD_WEIGHTS.get(head, 1.0) for head in classes])
    step = _training_step(model, loss, _optimizer(recipe))
    begun = told = saved = time.monotonic()
    losses: list[float] = []
    right, asked = np.zeros(len(classes)), np.zeros(len(classes))
    batches = iter(FrameBatches(store, recipe.batch, seed=recipe.seed))
    for number in range(1, recipe.steps + 1):
        image, labels = next(batches)
        value, logits = step(image, labels)
        losses.append(float(value))
        right += (loss.guesses(np.asarray(logits)) == labels).sum(axis=0)
        asked += (labels >= 0).sum(axis=0)
        now, last = time.monotonic(), number == recipe.steps
        if now - told > REPORT_EVERY or last:
            left = (now - begun) / number * (recipe.steps - number) / 60
            shares = " ".join(f"{h} {r / max(a, 1):.2f}" for h, r, a in zip(classes, right, asked, strict=True))
            report(f"step {number} of {recipe.steps}, {left:.1f} min left, loss {np.mean(losses):.3f}; right: {shares}")
            told = now
            losses.clear()
            right[:], asked[:] = 0, 0
        if now - saved > recipe.save_every or last:
            save_encoder(embedder, out, widths=recipe.widths, pooling=recipe.pooling)
            saved = now
    return embedder


def _optimizer(recipe: EncoderRecipe) -> keras.optimizers.Optimizer:
    warm = max(recipe.steps // 20, 1)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 20, max(recipe.steps - warm, 1), warmup_target=recipe.rate, warmup_steps=warm
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.decay, clipnorm=5.0)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return on_one_device(optimizer)


def _training_step(model: keras.Model, loss: HeadLoss, optimizer: keras.optimizers.Optimizer) -> Callable[..., Any]:
    """Return what learns from a batch, in the graph, and tells the loss and the logits."""
    import tensorflow as tf

    optimizer.build(model.trainable_variables)
    # Any batch and any length share one trace, which costs some seconds.
    signature = [tf.TensorSpec((None, *model.input_shape[1:])), tf.TensorSpec((None, len(loss.classes)), tf.int64)]

    @tf.function(input_signature=signature)
    def step(image: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = model(image, training=True)
            value = loss(logits, labels)
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return value, logits

    return step
