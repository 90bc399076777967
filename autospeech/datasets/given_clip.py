"""One clip in any of the forms in which people have one."""

from __future__ import annotations

import io
import numbers
from collections.abc import Mapping
from os import PathLike
from pathlib import PurePath
from typing import Any

import numpy as np

from autospeech.audio.change_rate import MOST_RATE
from autospeech.datasets.rated_samples import RatedSamples
from autospeech.datasets.stored_sound import StoredSound

FORMS = (
    "the path of a sound file, an array of samples, (rate, samples) or (samples, rate), "
    "{'array': samples, 'sampling_rate': rate}, or the bytes of a sound file"
)
# What a lower number beside an array is cannot be told: a rate, or a label.
LEAST_RATE = 1000
_SAMPLES, _RATES = ("array", "waveform", "raw"), ("sampling_rate", "sample_rate")
_MOST_TOLD = 4


def given_clip(clip: Any, number: int) -> Any:
    """Return a clip in one of the forms that `SoundReader` reads; nothing is decoded.

    Args:
        clip: A path; samples as an array, a tensor or a list; `(rate, samples)` or `(samples, rate)`; a dictionary with
            `array` and `sampling_rate`, or with `bytes` or `path`; the bytes of a sound file, or an open one.
        number: Its place, for errors.

    Returns:
        A path, an array, `RatedSamples` or `StoredSound`.

    Raises:
        ValueError: It is none of these.

    Example:
        >>> given_clip((np.zeros(8000), 8000), 0).sample_rate
        8000
        >>> given_clip(("a.wav", "dog"), 3)
        Traceback (most recent call last):
        ValueError: clip 3 is of the type tuple of str, str, which holds no real numbers; give the path ...
    """
    if isinstance(clip, str | PathLike | RatedSamples | StoredSound):
        return clip
    if is_missing(clip):
        raise ValueError(f"clip {number} is missing ({clip}); leave it out, and its label, or give {FORMS}")
    if isinstance(clip, bytes | bytearray | memoryview) and not isinstance(clip, np.bytes_):
        return StoredSound(f"clip {number}, {len(clip)} bytes", lambda: clip)
    if isinstance(clip, Mapping):
        return _of_mapping(clip, number)
    if callable(getattr(clip, "read", None)) and not hasattr(clip, "__array__"):
        if isinstance(clip, io.TextIOBase):
            raise ValueError(f"clip {number} is a file that is open for text; open it for bytes: open(name, 'rb')")
        name = getattr(clip, "name", None)
        told = f"clip {number}, {name}" if isinstance(name, str) else f"clip {number}"
        return StoredSound(told, lambda: clip, PurePath(name).suffix if isinstance(name, str) else "")
    if isinstance(clip, np.ndarray) and clip.dtype == object and clip.ndim == 1:
        clip = clip.tolist()
    rated = rate_and_samples(clip)
    if rated is not None:
        return _rated(*rated, number)
    return _samples(clip, number)


def rate_and_samples(clip: Any) -> tuple[Any, Any] | None:
    """Return the rate and the samples of a pair, in whichever order it has them; None for anything else."""
    if not isinstance(clip, tuple | list) or len(clip) != 2:
        return None
    for rate, samples in (clip, clip[::-1]):
        if is_number(rate) and not isinstance(samples, str | bytes | Mapping) and _dimensions(samples) > 0:
            return rate, samples
    return None


def described(given: Any) -> str:
    """Return the type of something, and its shape, its keys or what it is made of, for errors."""
    kind = type(given).__name__
    if is_number(given):
        return f"{kind}, {given}"
    if hasattr(given, "shape"):
        return f"{kind} of shape {tuple(given.shape)}" + (f" and {given.dtype}" if hasattr(given, "dtype") else "")
    if isinstance(given, Mapping):
        return f"{kind} with the keys {_listed([str(key) for key in given])}"
    if isinstance(given, tuple | list):
        inside = [f"{type(part).__name__}{getattr(part, 'shape', '')}" for part in given[: _MOST_TOLD + 1]]
        return f"{kind} of {_listed(inside)}" if inside else f"{kind} without anything in it"
    return kind


def is_number(value: Any) -> bool:
    """Tell a number, also one in an array or a tensor without axes, from what else there is; truth values are none."""
    if isinstance(value, bool | np.bool_ | np.flexible):
        return False
    without_axes = getattr(value, "shape", None) == () and hasattr(value, "dtype")
    return without_axes or isinstance(value, numbers.Real)


def is_missing(value: Any) -> bool:
    """Tell what stands for nothing in lists and tables: None, NaN, and what pandas has for it."""
    if type(value).__name__ in ("NoneType", "NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST_TOLD]) + (", …" if len(names) > _MOST_TOLD else "")


def _dimensions(samples: Any) -> int:
    try:
        return np.ndim(samples)
    except ValueError:
        # Lists of several lengths.
        return 2


def _of_mapping(clip: Mapping[Any, Any], number: int) -> Any:
    samples = next((clip[key] for key in _SAMPLES if clip.get(key) is not None), None)
    rate = next((clip[key] for key in _RATES if clip.get(key) is not None), None)
    if samples is not None and rate is not None:
        return _rated(rate, samples, number)
    content, path = clip.get("bytes"), clip.get("path")
    if isinstance(content, bytes | bytearray | memoryview):
        told, suffix = (f", {path}", PurePath(path).suffix) if isinstance(path, str) else ("", "")
        return StoredSound(f"clip {number}{told}", lambda: content, suffix)
    if isinstance(path, str | PathLike):
        return path
    raise ValueError(f"clip {number} is of the type {described(clip)}; give {FORMS}")


def _rated(rate: Any, samples: Any, number: int) -> RatedSamples:
    try:
        hertz = float(rate)
    except OverflowError:
        hertz = float("inf")
    except (TypeError, ValueError):
        raise ValueError(
            f"clip {number}: its sample rate is of the type {described(rate)}; give a whole number of Hz"
        ) from None
    if not (LEAST_RATE <= hertz <= MOST_RATE and hertz == round(hertz)):
        told = rate if hertz <= MOST_RATE else hertz
        raise ValueError(
            f"clip {number}: its sample rate is {told} Hz; give a whole number from {LEAST_RATE} to {MOST_RATE:,} (a "
            "label belongs into y, a lower rate into `sample_rate`)"
        )
    return RatedSamples(_samples(samples, number), round(hertz))


def _samples(clip: Any, number: int) -> Any:
    """Return samples as an array, the very one that was given where it is one."""
    reason, samples = "", None
    try:
        samples = np.asarray(clip)
    except (TypeError, ValueError):
        pass
    # What a tensor may raise that is on another device or has a gradient is its library's own.
    except Exception as error:
        reason = f" ({error})"
    if samples is None or samples.ndim == 0 or samples.dtype.kind not in "biufO":
        raise ValueError(
            f"clip {number} is of the type {described(clip)}, which holds no real numbers{reason}; give {FORMS}"
        )
    return samples
