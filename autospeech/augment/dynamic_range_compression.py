"""Dynamic range compression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops

from autospeech.augment.base import Augmentation
from autospeech.augment.compander import PRESETS, Compander

# Samples that are stepped through one by one, in all stretches of so many at once.
STRETCH = 128
# Steps in one turn of the loop: its own cost is as much as that of a step or two. It divides the stretch.
TURN = 8
# Where rounds end: 1e-5 is 0.0001 dB, and 1e-9 below all levels that are heard.
NEAR, SILENT = 1e-5, 1e-9
NEPERS = math.log(10) / 20


class DynamicRangeCompression(Augmentation):
    """Make soft parts of each clip louder and loud ones softer, as `sox compand` does; labels stay.

    Each clip gets one of several companders. As in sox, samples beyond -1..1 are cut off, and the level begins at
    `Compander.start`: by default at full scale, from where it falls by 29 dB a second with a release of 0.3 s. So for
    clips of a second or less music, film and speech are much the same; lower the start to tell them apart.

    Args:
        presets: Name of a preset ("music", "film", "speech", "radio"), a compander, or several of these.
        sample_rate: Of the clips, in Hz.
        **changes: What all presets have in place of their own `attack`, `release`, `points`, `gain`, `start` or
            `delay`, see `Compander`.

    Raises:
        ValueError: There are no presets, one is unknown, a change does not do, or `sample_rate` is not above 0.

    Example:
        >>> halve = DynamicRangeCompression("music", attack=0, release=0, delay=0, points=[(-40, -20)])
        >>> clips, _ = halve.apply(np.array([0.0, 0.01, -0.25]).reshape(1, 3, 1), np.ones((1, 1)), np.array([0]))
        >>> np.ravel(clips).round(6).tolist()
        [0.0, 0.1, -0.5]

    References:
        sox(1), compand. McFee, Humphrey, Bello (ISMIR 2015): A software framework for musical data augmentation (MUDA;
        the presets).
    """

    domain = "waveform"

    def __init__(
        self,
        presets: str | Compander | Sequence[str | Compander] = tuple(PRESETS),
        sample_rate: int = 16000,
        **changes: Any,
    ) -> None:
        presets = (presets,) if isinstance(presets, str | Compander) else tuple(presets)
        if not presets:
            raise ValueError(f"there are no presets; name one of {', '.join(PRESETS)}")
        unknown = [preset for preset in presets if isinstance(preset, str) and preset not in PRESETS]
        if unknown:
            raise ValueError(f"there is no preset {unknown[0]!r}; use one of {', '.join(PRESETS)}, or a Compander")
        if not sample_rate > 0:
            raise ValueError(f"sample_rate must be above 0 Hz, not {sample_rate}")
        self.presets = presets
        self.sample_rate = sample_rate
        companders = [replace(PRESETS[each] if isinstance(each, str) else each, **changes) for each in presets]
        self._delays = np.array([int(each.delay * sample_rate) for each in companders], "int32")
        self._rates = np.array([[_rate(time, sample_rate) for time in (c.attack, c.release)] for c in companders])
        self._starts = np.array([10 ** (each.start / 20) for each in companders])
        # The gain is that of the first point, bent at each point: all have as many bends, some by 0.
        bends = [_bends(each.gains()) for each in companders]
        most = max(map(len, bends))
        self._bends = np.array([[*each, *[(0.0, 0.0)] * (most - len(each))] for each in bends])
        self._lowest = np.array([each.gains()[0][1] * NEPERS for each in companders])

    def draw(self, shape: tuple[int, ...], seeds: keras.random.SeedGenerator) -> Any:
        """Draw which preset each clip gets: `(batch,)`, integer."""
        return keras.random.randint((shape[0],), 0, len(self.presets), seed=seeds)

    def apply(self, clips: Any, labels: Any, parameters: Any) -> tuple[Any, Any]:
        """Compress clip i by preset `parameters[i]`."""
        clips = ops.convert_to_tensor(clips)
        rates, starts, bends, lowest, delays = (
            ops.take(ops.cast(of, clips.dtype), parameters, axis=0)
            for of in (self._rates, self._starts, self._bends, self._lowest, self._delays)
        )
        levels = _levels(ops.abs(clips[..., 0]), rates[:, :1], rates[:, 1:], starts[:, None])
        levels = ops.log(self._ahead(levels, delays[:, None]))
        gains = lowest[:, None]
        for index in range(bends.shape[1]):
            gains = gains + bends[:, index, 1:] * ops.relu(levels - bends[:, index, :1])
        return ops.clip(clips * ops.exp(gains)[..., None], -1.0, 1.0), labels

    def _ahead(self, levels: Any, delays: Any) -> Any:
        """Bring each clip's levels forward by its delay; the last one stays."""
        moved = levels
        for delay in sorted({min(delay, levels.shape[1] - 1) for delay in self._delays.tolist()} - {0}):
            last = ops.repeat(levels[:, -1:], delay, axis=1)
            moved = ops.where(delays >= delay, ops.concatenate([levels[:, delay:], last], axis=1), moved)
        return moved


def _rate(time: float, sample_rate: int) -> float:
    """Return which share of the way to the amplitude the level goes in one sample."""
    return -math.expm1(-1 / (sample_rate * time)) if time > 1 / sample_rate else 1.0


def _bends(gains: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
    """Return the levels at which the slope of the gain changes, in nepers, and by how much."""
    levels, values = np.array(gains, "float64").T
    slopes = np.concatenate([[0.0], np.diff(values) / np.diff(levels)])
    changes = np.diff(slopes)
    return [(level * NEPERS, change) for level, change in zip(levels, changes, strict=False) if change]


def _levels(amplitudes: Any, attack: Any, release: Any, starts: Any) -> Any:
    """Return v[n] = v[n-1] + c (amplitude[n] - v[n-1]), c being `attack` while it rises and `release` while it falls.

    Clips are cut into short stretches. All of them are stepped through at once, each from a guessed level. How the
    level at a stretch's end depends on that at its beginning is linear as long as no sample changes from rising to
    falling. Solving these linear equations for all stretches gives better guesses (Newton's method), and when they no
    longer change, the levels are exact. That takes 6 to 10 rounds, with no attack time 25, and the number of stretches
    at most.

    Args:
        amplitudes: `(batch, samples)`, 0 or more.
        attack: `(batch, 1)`, 0..1.
        release: `(batch, 1)`, 0..1.
        starts: v[-1], `(batch, 1)`.

    Returns:
        `(batch, samples)`.
    """
    batch, samples = amplitudes.shape
    count = -(-samples // STRETCH)
    steps = ops.pad(amplitudes, [(0, 0), (0, count * STRETCH - samples)])
    steps = ops.transpose(ops.reshape(steps, (batch * count, STRETCH)))
    turns = ops.reshape(steps, (-1, TURN, batch * count))
    attack, release = (ops.reshape(ops.repeat(rate, count, axis=1), (-1,)) for rate in (attack, release))

    def follow(levels: Any, amplitude: Any) -> tuple[Any, Any]:
        way = amplitude - levels
        rate = ops.where(way > 0, attack, release)
        return levels + rate * way, rate

    def improve(guess: Any, _: Any) -> tuple[Any, Any]:
        def step(index: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
            (levels, slopes), turn = state, turns[index]
            for each in range(TURN):
                levels, rate = follow(levels, turn[each])
                slopes = slopes * (1 - rate)
            return levels, slopes

        ends, slopes = ops.fori_loop(0, STRETCH // TURN, step, (guess, ops.ones_like(guess)))
        offsets = ops.reshape(ends - slopes * guess, (batch, count))
        ends = _solve(ops.reshape(slopes, (batch, count)), offsets, starts)
        return ops.reshape(ops.concatenate([starts, ends[:, :-1]], axis=1), (-1,)), guess

    def changes(guess: Any, before: Any) -> Any:
        return ops.any(ops.abs(guess - before) > NEAR * guess + SILENT)

    def keep(levels: Any, amplitude: Any) -> tuple[Any, Any]:
        levels, _ = follow(levels, amplitude)
        return levels, levels

    guess = ops.max(steps, axis=0)
    guess, _ = ops.while_loop(changes, improve, (guess, guess - 1), maximum_iterations=count + 1)
    _, levels = ops.scan(keep, guess, steps)
    return ops.reshape(ops.transpose(levels), (batch, count * STRETCH))[:, :samples]


def _solve(slopes: Any, offsets: Any, starts: Any) -> Any:
    """Return x[k] = slopes[k] x[k-1] + offsets[k] along the last axis, in log2 steps; x[-1] is `starts`."""
    # keras.ops.associative_scan of Keras 3.13 recurses without end when TensorFlow traces it.
    done = 1
    while done < slopes.shape[1]:
        kept = slopes[:, done:]
        offsets = ops.concatenate([offsets[:, :done], kept * offsets[:, :-done] + offsets[:, done:]], axis=1)
        slopes = ops.concatenate([slopes[:, :done], kept * slopes[:, :-done]], axis=1)
        done *= 2
    return slopes * starts + offsets
