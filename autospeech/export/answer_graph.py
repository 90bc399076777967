"""One Keras model that answers as what has been learnt does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from autospeech.export.blend_layer import BlendLayer
from autospeech.export.clip_statistics_layer import ClipStatisticsLayer
from autospeech.export.crop_layer import CropLayer
from autospeech.export.export_error import ExportError
from autospeech.export.kernel_ridge_layer import KernelRidgeLayer
from autospeech.export.log_mel_frames_layer import LogMelFramesLayer
from autospeech.export.pitch_statistics_layer import PitchStatisticsLayer
from autospeech.export.pitch_track_layer import PitchTrackLayer
from autospeech.export.standardize_layer import StandardizeLayer
from autospeech.export.voiced_cepstra_layer import VoicedCepstraLayer
from autospeech.export.windows_layer import WindowsLayer
from autospeech.heads.base import Head
from autospeech.heads.kernel_ridge import KernelRidge
from autospeech.heads.lda import LDA
from autospeech.heads.logistic import Logistic
from autospeech.learners.embedder import MOST_WINDOWS, WINDOWS
from autospeech.learners.encoder_source import EncoderSource
from autospeech.learners.first_look import FirstLook
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.probe import Probe
from autospeech.learners.rung import Rung
from autospeech.statistics.log_mel_frames import SAMPLE_RATE
from autospeech.statistics.standardizer import Standardizer

Answering = Sequence[tuple[Rung | FirstLook, Sequence[str]]]


def answer_graph(
    weights: Mapping[str, float],
    answering: Answering,
    *,
    multi_label: bool = False,
    encoder: keras.Model | None = None,
) -> keras.Model:
    """Build a model that answers for one clip as a blend does whose answers depend on that clip alone.

    Args:
        weights: Of the members that the blend has, by name.
        answering: Those who answer, each with the names of its members in the blend: `Probe`, `FoldNetworks` on the
            encoder's frames, or `FirstLook`, after they have learnt.
        multi_label: Whether clips may have several labels.
        encoder: What embeds clips; needed where a member's vectors hold embeddings.

    Returns:
        A model from a waveform `(1, samples)`, float32, 16 kHz, one sample or more, named `waveform`, to class
        probabilities `(1, classes)`. It learns no more.

    Raises:
        ExportError: A member cannot be exported, or answers are standardised by themselves, or the encoder is missing.

    Example:
        >>> import numpy as np
        >>> from autospeech.datasets.labelled_clips import LabelledClips
        >>> from autospeech.learners.clip_views import ClipViews
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=4000).astype("float32") for _ in range(8)]
        >>> look = FirstLook(ClipViews())
        >>> look.learn(LabelledClips(clips, np.eye(2)[[0, 1] * 4]), test_clips=3)
        >>> model = answer_graph(dict.fromkeys(look.heads, 1.0), [(look, [*look.heads])])
        >>> model(clips[0][None]).shape
        TensorShape([1, 2])
    """
    waveform = keras.Input((None,), batch_size=1, name="waveform", dtype="float32")
    views = _Views(waveform, encoder)
    logits: dict[str, Any] = {}
    for rung, names in answering:
        for name in names:
            if isinstance(rung, FirstLook):
                head, standardizer, view = (
                    rung.heads[name],
                    rung.standardizer,
                    views.vectors(rung.vectors, rung.seconds),
                )
                logits[name] = _said(head, views.standard(standardizer, view, rung.vectors), name)
            elif isinstance(rung, Probe):
                member = rung.members[name]
                if member.by_themselves:
                    raise ExportError(
                        f"{name} standardises a whole set of clips by itself and cannot answer for one clip; "
                        "learn with answers one by one to export them"
                    )
                standardizer, view = rung.standardizer(member.vectors), views.vectors(member.vectors)
                logits[name] = _said(rung.head(name), views.standard(standardizer, view, member.vectors), name)
            elif isinstance(rung, FoldNetworks) and isinstance(rung.source, EncoderSource):
                logits[name] = _networks(rung, views.frames())
            else:
                what = f"{type(rung).__name__} {name!r}"
                raise ExportError(
                    f"{what} cannot be exported; only statistics, embeddings and the encoder's networks can"
                )
    missing = [name for name in weights if name not in logits]
    if missing or not weights:
        raise ExportError(f"the blend weighs {[*weights]}, of which nobody answers for {missing or 'any'}")
    blend = BlendLayer([*weights.values()], multi_label=multi_label, name="probabilities")
    model = keras.Model(waveform, blend([logits[name] for name in weights]), name="autospeech")
    model.trainable = False
    return model


class _Views:
    """What members see of the clip, each view built once."""

    def __init__(self, waveform: Any, encoder: keras.Model | None) -> None:
        self._waveform = waveform
        self._encoder = encoder
        self._made: dict[Any, Any] = {}

    def frames(self, seconds: float = math.inf) -> Any:
        return self._once(("frames", seconds), lambda: LogMelFramesLayer()(self._cropped(seconds)))

    def vectors(self, name: str, seconds: float = math.inf) -> Any:
        return self._once((name, seconds), lambda: self._vectors(name, seconds))

    def standard(self, standardizer: Standardizer, vectors: Any, name: str) -> Any:
        key = ("standard", id(standardizer), id(vectors))
        return self._once(key, lambda: StandardizeLayer.of(standardizer)(vectors))

    def _vectors(self, name: str, seconds: float) -> Any:
        if name == "simple":
            return self._statistics(seconds)[0]
        if name == "log_mel":
            return self._statistics(seconds)[1]
        if name == "embedding":
            return self._embedding()
        if name == "rich+embedding":
            return _side_by_side(self.vectors("rich", seconds), self._embedding())
        if name != "rich":
            raise ExportError(f"vectors {name!r} cannot be exported")
        track, loudness = self._once(("track", seconds), lambda: PitchTrackLayer()(self._cropped(seconds)))
        statistics = PitchStatisticsLayer()(track, loudness)
        cepstra = VoicedCepstraLayer()(self.frames(seconds), track)
        return _side_by_side(self._statistics(seconds)[1], statistics, cepstra)

    def _statistics(self, seconds: float) -> Any:
        return self._once(("statistics", seconds), lambda: ClipStatisticsLayer()(self.frames(seconds)))

    def _embedding(self) -> Any:
        return self._once("embedding", self._embed)

    def _embed(self) -> Any:
        if self._encoder is None:
            raise ExportError("a member's vectors hold embeddings and there is no encoder; hand over the embedder's")
        windows = WindowsLayer(WINDOWS, MOST_WINDOWS)(self.frames())
        trunk = keras.Model(self._encoder.input, self._encoder.output, name="encoder")
        return keras.ops.mean(trunk(windows), axis=0, keepdims=True)

    def _cropped(self, seconds: float) -> Any:
        if math.isinf(seconds):
            return self._waveform
        return self._once(("cropped", seconds), lambda: CropLayer(int(seconds * SAMPLE_RATE))(self._waveform))

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def _side_by_side(*vectors: Any) -> Any:
    return keras.layers.Concatenate(axis=-1, dtype="float32")(list(vectors))


def _said(head: Head, vectors: Any, name: str) -> Any:
    """Return the logits of a head."""
    if isinstance(head, KernelRidge):
        return KernelRidgeLayer.of(head)(vectors)
    if not isinstance(head, LDA | Logistic):
        raise ExportError(f"the head of {name}, {type(head).__name__}, cannot be exported")
    matrix, bias = head.linear
    dense = keras.layers.Dense(matrix.shape[1], trainable=False, dtype="float32")
    dense.build((1, len(matrix)))
    dense.set_weights([matrix, bias])
    return dense(vectors)


def _networks(rung: FoldNetworks, frames: Any) -> Any:
    """Return the mean logits of the networks of folds over a clip's windows."""
    if not rung.answering_weights:
        raise ExportError("the networks of folds have learnt nothing yet")
    windows = WindowsLayer([rung.crop_frames], rung.settings.crops, max(1, rung.source.crops[1] // 10))(frames)
    # Without the loss that it was compiled with, which a copy would have to be told of.
    bare = keras.Model(rung.network.input, rung.network.output)
    answers = []
    for number, weights in enumerate(rung.answering_weights):
        network = keras.models.clone_model(bare)
        network.set_weights(weights)
        network.trainable = False
        named = keras.Model(network.input, network.output, name=f"network_{number}")
        answers.append(keras.ops.mean(named(windows), axis=0, keepdims=True))
    return answers[0] if len(answers) == 1 else keras.layers.Average(dtype="float32")(answers)
