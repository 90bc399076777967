"""The encoder's log-mel frames, and its trunk with a new head."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import keras
import numpy as np
import numpy.typing as npt

from autospeech.learners.clip_views import ClipViews
from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.frame_source import FrameSource
from autospeech.learners.task import Task
from autospeech.networks.encoder import encoder_of
from autospeech.statistics.log_mel_frames import HOP, MELS, SAMPLE_RATE
from autospeech.statistics.trunk import CENTRE, Trunk

Floats = npt.NDArray[np.float32]


class EncoderSource(FrameSource):
    """Frames as the encoder was pretrained on, and its trunk with a new head.

    Args:
        views: Makes the frames.
        settings: How the networks are trained.
        weights: The encoder's weights; None for the shipped ones.
        seed: Seeds the head.
    """

    name = "network"
    # 1 and 2 s.
    crops = (62, 124)
    frames_a_second = SAMPLE_RATE / HOP
    bins = MELS
    given = MappingProxyType({"cutout": {"fill": CENTRE}, "spec_augment": {"fill": CENTRE}})

    def __init__(
        self, views: ClipViews, settings: FoldNetworksSettings, weights: Path | None = None, seed: int = 0
    ) -> None:
        self._views = views
        self._dropout = settings.dropout
        self._trunk = Trunk.load(weights)
        self.pooling = self._trunk.pooling
        self._seed = seed

    def build(self, task: Task) -> keras.Model:
        """Load the trunk and give it a head."""
        trunk = encoder_of(self._trunk)
        trunk.trainable = True
        for layer in trunk.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                # A fold has few steps; the statistics must follow them.
                layer.momentum = 0.9
        kept = keras.layers.Dropout(self._dropout, seed=self._seed)(trunk.output)
        logits = keras.layers.Dense(
            task.classes, kernel_initializer=keras.initializers.RandomNormal(0, 0.01, self._seed), name="logits"
        )(kept)
        return keras.Model(trunk.input, logits)

    def frames(self, clips: Sequence[Floats]) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the frames of all clips; see `FrameSource`."""
        return self._views.frames(clips)

    def cost(self, clips: Sequence[Floats], test_clips: int) -> float:
        """Return the expected seconds for the frames of training clips; those of the others are there by then."""
        return self._views.cost("frames", clips)
