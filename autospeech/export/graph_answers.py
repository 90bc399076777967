"""Answers of an exported graph for many clips."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt


class GraphAnswers:
    """Ask a graph, which takes one clip of any length at a time, about clips.

    Args:
        graph: As `answer_graph` returns it.
    """

    def __init__(self, graph: keras.Model) -> None:
        import tensorflow as tf

        self.graph = graph
        # One trace for all lengths.
        signature = [tf.TensorSpec((1, None), tf.float32)]
        self._answer = tf.function(graph, input_signature=signature, autograph=False)

    def __call__(self, clips: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float64]:
        """Return class probabilities `(clips, classes)`.

        Args:
            clips: Waveforms `(samples,)`, 16 kHz; an empty one is taken for one sample of silence.
        """
        answers = np.zeros((len(clips), self.graph.output_shape[1]))
        for row, clip in zip(answers, clips, strict=True):
            row[:] = self._answer((clip if len(clip) else np.zeros(1, np.float32))[None])[0]
        return answers
