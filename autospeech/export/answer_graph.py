"""One Keras model that answers as what has been learnt does."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras

from autospeech.export.blend_layer import BlendLayer
from autospeech.export.clip_layer import Floats
from autospeech.export.clip_statistics_layer import ClipStatisticsLayer
from autospeech.export.crop_layer import CropLayer
from autospeech.export.export_error import ExportError
from autospeech.export.fitted_model import FittedModel
from autospeech.export.head_member import HeadMember
from autospeech.export.kernel_ridge_layer import KernelRidgeLayer
from autospeech.export.log_mel_frames_layer import LogMelFramesLayer
from autospeech.export.networks_member import NetworksMember
from autospeech.export.pitch_statistics_layer import PitchStatisticsLayer
from autospeech.export.pitch_track_layer import PitchTrackLayer
from autospeech.export.standardize_layer import StandardizeLayer
from autospeech.export.voiced_cepstra_layer import VoicedCepstraLayer
from autospeech.export.windows_layer import WindowsLayer
from autospeech.learners.embedder import MOST_WINDOWS, WINDOWS
from autospeech.networks.encoder import encoder_of
from autospeech.statistics.log_mel_frames import SAMPLE_RATE


def answer_graph(fitted: FittedModel) -> keras.Model:
    """Build a Keras model that answers for one clip as a fitted model does.

    Args:
        fitted: What has been learnt.

    Returns:
        A model from a waveform `(1, samples)`, float32, 16 kHz, one sample or more, named `waveform`, to class
        probabilities `(1, classes)`. It learns no more.

    Raises:
        ExportError: A member's vectors cannot be computed in the graph.

    Example:
        >>> import numpy as np
        >>> from autospeech.datasets.labelled_clips import LabelledClips
        >>> from autospeech.learners.clip_views import ClipViews
        >>> from autospeech.learners.first_look import FirstLook
        >>> rng = np.random.default_rng(0)
        >>> clips = [rng.normal(size=4000).astype("float32") for _ in range(8)]
        >>> look = FirstLook(ClipViews())
        >>> look.learn(LabelledClips(clips, np.eye(2)[[0, 1] * 4]), test_clips=3)
        >>> model = answer_graph(FittedModel.of(dict.fromkeys(look.heads, 1.0), [(look, [*look.heads])]))
        >>> model(clips[0][None]).shape
        TensorShape([1, 2])
    """
    waveform = keras.Input((None,), batch_size=1, name="waveform", dtype="float32")
    views = _Views(waveform, None if fitted.trunk is None else encoder_of(fitted.trunk))
    logits = [
        _networks(member, views.frames())
        if isinstance(member, NetworksMember)
        else _said(member, views.standard(member))
        for member in fitted.members.values()
    ]
    blend = BlendLayer([*fitted.weights.values()], multi_label=fitted.multi_label, name="probabilities")
    model = keras.Model(waveform, blend(logits), name="autospeech")
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

    def standard(self, member: HeadMember) -> Any:
        vectors, of = self.vectors(member.vectors, member.seconds), member.arrays
        # Members that were learnt together share what standardises their vectors.
        key = ("standard", id(vectors), *(of[name].tobytes() for name in ("mean", "factor", "scale")))
        layer = StandardizeLayer.of
        return self._once(key, lambda: layer(of["mean"], of["factor"], member.farthest, of["scale"])(vectors))

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
            raise ExportError("a member's vectors hold embeddings and there is no encoder")
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


def _said(member: HeadMember, vectors: Any) -> Any:
    """Return the logits of a head."""
    of = member.arrays
    if member.width is not None:
        return KernelRidgeLayer.of(of["landmarks"], member.width, of["coefficients"], of["bias"])(vectors)
    return _linear(of["matrix"], of["bias"])(vectors)


def _linear(matrix: Floats, bias: Floats) -> keras.layers.Dense:
    dense = keras.layers.Dense(matrix.shape[1], trainable=False, dtype="float32")
    dense.build((1, len(matrix)))
    dense.set_weights([matrix, bias])
    return dense


def _networks(member: NetworksMember, frames: Any) -> Any:
    """Return the mean logits of the networks of folds over a clip's windows."""
    windows = WindowsLayer([member.length], member.most, member.step)(frames)
    answers = []
    for number, (trunk, matrix, bias) in enumerate(member.parts):
        embedder = encoder_of(trunk)
        network = keras.Model(embedder.input, _linear(matrix, bias)(embedder.output), name=f"network_{number}")
        answers.append(keras.ops.mean(network(windows), axis=0, keepdims=True))
    return answers[0] if len(answers) == 1 else keras.layers.Average(dtype="float32")(answers)
