"""Statistics of the pitch in the graph."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.export.clip_layer import ClipLayer, in_segments, later, number, positions
from autospeech.statistics import pitch_statistics as statistics

# Weights are summed as whole numbers of this part, without rounding: quantiles of equal weights stay where they are.
_PART = 2.0**-44


@keras.saving.register_keras_serializable("autospeech")
class PitchStatisticsLayer(ClipLayer):
    """Compute what `pitch_statistics` does.

    Args:
        **kwargs: As for `keras.layers.Layer`.

    Input shape:
        Pitch, voicing and level `(1, frames, 3)`, and the loudness of the clip `(1, 1)`.

    Output shape:
        `(1, 42)`.

    Example:
        >>> PitchStatisticsLayer()(np.ones((1, 30, 3), "float32"), np.zeros((1, 1), "float32")).shape
        TensorShape([1, 42])
    """

    def call(self, track: Any, loudness: Any) -> Any:
        """Compute the statistics of a clip."""
        count = ops.shape(track)[1]
        many = number(count)
        pitch, voicing, level = (track[0, :, part] for part in range(3))
        weight = ops.clip(voicing - statistics._VOICED, 0.0, 1.0) * ops.exp(0.5 * level) + 1e-6
        weights = ops.sum(weight)

        mean = ops.sum(pitch * weight) / weights
        away = pitch - mean
        time = number(positions(count)) / ops.maximum(many - 1, 1.0) * 2 - 1
        time = time - ops.sum(time * weight) / weights
        slope = ops.sum(time * away * weight) / (ops.sum(ops.square(time) * weight) + 1e-3)
        voiced_mean = ops.mean(voicing)
        voiced = number(voicing > 0.5)
        numbers = [mean, ops.sqrt(ops.sum(ops.square(away) * weight) / weights), slope, voiced_mean]
        numbers += [ops.sqrt(ops.mean(ops.square(voicing - voiced_mean))), ops.mean(voiced)]
        numbers.append(ops.mean(number(voicing > 0.7)))

        low, lower, middle, upper, high = _quantiles(pitch, weight, count, statistics.QUANTILES)
        numbers += [low, lower, middle, upper, high, high - low, upper - lower]

        inside = number(positions(count) < count - 1)
        steps = ops.maximum(many - 1, 1.0)

        def step(values: Any) -> Any:
            return (_next(values) - values) * inside

        moved = ops.clip(step(pitch), -statistics._JUMP, statistics._JUMP)
        both = ops.minimum(weight, _next(weight)) * inside
        boths = ops.sum(both) + 1e-9
        numbers += [ops.sqrt(ops.sum(ops.square(moved) * both) / boths), ops.sum(moved * both) / boths]
        numbers.append(ops.sum(ops.abs(moved) * both) / boths)
        for values in (voicing, level):
            difference = step(values)
            power, average = ops.sum(ops.square(difference)) / steps, ops.sum(difference) / steps
            numbers.append(ops.sqrt(ops.maximum(power - ops.square(average), 0.0)))
        louder = step(level)
        numbers += [ops.sum(ops.abs(step(voiced))) / steps, ops.max(louder), ops.min(louder)]

        numbers.append(ops.sqrt(ops.mean(ops.square(level - ops.mean(level)))))
        quiet, usual, loud = _quantiles(level, ops.ones_like(level), count, (0.1, 0.5, 0.9))
        numbers += [loud - usual, usual - quiet]

        membership, sizes = in_segments(count, statistics.SEGMENTS)
        summed = ops.matmul(membership, ops.stack([away * weight, weight, voicing], axis=1))
        contour = summed[:, 0] / (summed[:, 1] + 1e-2)
        voicings = summed[:, 2] / sizes[:, 0]
        return ops.concatenate([ops.stack(numbers)[None], loudness, contour[None], voicings[None]], axis=1)


def _next(values: Any) -> Any:
    return later(values[:, None], 1)[:, 0]


def _quantiles(values: Any, weight: Any, count: Any, shares: tuple[float, ...]) -> list[Any]:
    order = ops.argsort(values)
    ordered = ops.take(values, order)
    parts = ops.cast(ops.take(weight, order) * np.float32(1 / _PART), "int64")
    summed = ops.cumsum(parts)
    reached = number(summed) / number(summed[-1])
    places = [ops.sum(ops.cast(reached < np.float32(share - 1e-6), "int32")) for share in shares]
    return [ops.take(ordered, ops.minimum(place, count - 1)) for place in places]
