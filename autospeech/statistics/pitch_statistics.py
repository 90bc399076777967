"""How the pitch, the voicing and the level of clips lie and move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autospeech.statistics.pitch_track import PitchTrack

Floats = npt.NDArray[np.float32]

SEGMENTS = 8
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# What voicing must exceed for a frame to count, and jumps of the pitch that are errors rather than speech, in octaves.
_VOICED, _JUMP = 0.3, 0.2


def pitch_statistics(track: PitchTrack) -> Floats:
    """Return statistics of the pitch, voicing and level of each clip.

    Pitch counts by how voiced and how loud a frame is: mean, deviation, slope, quantiles and their ranges, size of the
    steps, and the contour in 8 equal segments. Of voicing: mean, deviation, shares above .5 and .7, steps, segments. Of
    the level: loudness of the clip, deviation, steps, quantile ranges.

    Args:
        track: The pitch of clips.

    Returns:
        Finite numbers `(clips, 42)`.

    Example:
        >>> tone = np.sin(2 * np.pi * 200 * np.arange(16000) / 16000).astype("float32")
        >>> numbers = pitch_statistics(PitchTrack.of([tone, tone[:9]]))
        >>> numbers.shape, round(float(2 ** numbers[0, 0]))
        ((2, 42), 200)

    References:
        Of the kind of Eyben et al. (2016): The Geneva minimalistic acoustic parameter set (GeMAPS).
    """
    pitch, voicing, level = (part.astype(np.float64) for part in track[:3])
    starts = track.starts
    heads, counts = starts[:-1], np.diff(starts)
    clip = np.repeat(np.arange(len(counts)), counts)
    last = starts[1:] - 1

    def total(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        return np.add.reduceat(values, heads)

    weight = np.clip(voicing - _VOICED, 0, 1) * np.exp(0.5 * level) + 1e-6
    weights = total(weight)
    mean = total(pitch * weight) / weights
    away = pitch - mean[clip]
    time = (np.arange(len(pitch)) - heads[clip]) / np.maximum(counts[clip] - 1, 1) * 2 - 1
    time = time - (total(time * weight) / weights)[clip]
    slope = total(time * away * weight) / (total(np.square(time) * weight) + 1e-3)
    voiced_mean = total(voicing) / counts
    voiced = voicing > 0.5
    numbers = [mean, np.sqrt(total(np.square(away) * weight) / weights), slope, voiced_mean]
    numbers += [np.sqrt(total(np.square(voicing - voiced_mean[clip])) / counts), total(voiced * 1.0) / counts]
    numbers.append(total((voicing > 0.7) * 1.0) / counts)

    low, lower, middle, upper, high = _quantiles(pitch, weight, clip, starts, QUANTILES)
    numbers += [low, lower, middle, upper, high, high - low, upper - lower]

    # From each frame to the next; the step out of a clip's last frame does not count.
    inside = np.ones(len(pitch))
    inside[last] = 0
    steps = np.maximum(total(inside), 1)

    def step(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        return np.append(np.diff(values), 0) * inside

    moved = np.clip(step(pitch), -_JUMP, _JUMP)
    both = np.minimum(weight, np.append(weight[1:], 0)) * inside
    boths = total(both) + 1e-9
    numbers += [np.sqrt(total(np.square(moved) * both) / boths), total(moved * both) / boths]
    numbers.append(total(np.abs(moved) * both) / boths)
    for values in (voicing, level):
        difference = step(values)
        numbers.append(
            np.sqrt(np.maximum(total(np.square(difference)) / steps - np.square(total(difference) / steps), 0))
        )
    numbers.append(total(np.abs(step(voiced * 1.0))) / steps)
    louder = step(level)
    numbers += [np.maximum.reduceat(louder, heads), np.minimum.reduceat(louder, heads)]

    level_mean = total(level) / counts
    numbers.append(np.sqrt(total(np.square(level - level_mean[clip])) / counts))
    quiet, usual, loud = _quantiles(level, np.ones(len(level)), clip, starts, (0.1, 0.5, 0.9))
    numbers += [loud - usual, usual - quiet, track.loudness]

    edges = heads[:, None] + (np.arange(SEGMENTS + 1) * counts[:, None]) // SEGMENTS
    begins = np.minimum(edges[:, :-1], last[:, None]).ravel()
    shape = (len(counts), SEGMENTS)
    contour = np.add.reduceat(away * weight, begins) / (np.add.reduceat(weight, begins) + 1e-2)
    sizes = np.maximum(np.diff(edges, axis=1), 1)
    voicings = np.add.reduceat(voicing, begins).reshape(shape) / sizes
    whole = np.concatenate([np.stack(numbers, axis=1), contour.reshape(shape), voicings], axis=1)
    return whole.astype(np.float32)


def _quantiles(
    values: npt.NDArray[np.floating],
    weight: npt.NDArray[np.floating],
    clip: npt.NDArray[np.intp],
    starts: npt.NDArray[np.intp],
    shares: tuple[float, ...],
) -> list[npt.NDArray[np.floating]]:
    """Return weighted quantiles of each clip's values, one array `(clips,)` a share."""
    order = np.lexsort((values, clip))
    ordered = values[order]
    # Every clip weighs 1, and a share that falls between two values takes the lower one: the rounding of a sum, which
    # other clips have a part in, must not decide.
    summed = np.cumsum((weight / np.add.reduceat(weight, starts[:-1])[clip])[order])
    before = np.concatenate([[0], summed])[starts[:-1]]
    places = [np.searchsorted(summed, before + share - 1e-6) for share in shares]
    return [ordered[np.clip(place, starts[:-1], starts[1:] - 1)] for place in places]
