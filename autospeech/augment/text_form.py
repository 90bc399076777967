"""Augmentations written as text: `random_crop(frames=64),specmix(gamma=0.3)`."""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from autospeech.augment.base import Augmentation, Domain
from autospeech.augment.compose import Compose

# Modules of this room and their classes.
AUGMENTATIONS = {
    "gain": "Gain",
    "gaussian_noise": "GaussianNoise",
    "random_scale": "RandomScale",
    "time_stretch": "TimeStretch",
    "pitch_shift": "PitchShift",
    "background_noise": "BackgroundNoise",
    "dynamic_range_compression": "DynamicRangeCompression",
    "between_class": "BetweenClass",
    "speed": "Speed",
    "random_crop": "RandomCrop",
    "spec_augment": "SpecAugment",
    "cutout": "Cutout",
    "mixup": "Mixup",
    "cutmix": "CutMix",
    "specmix": "SpecMix",
}
NONE = "none"


def parse_augmentations(text: str, given: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[Compose, Compose]:
    """Read augmentations from text.

    Args:
        text: Names of `AUGMENTATIONS` with commas between them, each alone or with arguments as in Python,
            `specmix(gamma=0.3)`; only numbers, strings, booleans, None and lists of these. They apply in this order,
            those of waveforms before those of images. Empty, or `none`: no augmentation.
        given: Arguments by the name of the augmentation that the text need not say, such as the noises of a folder.

    Returns:
        The augmentations of waveforms and those of images.

    Raises:
        ValueError: A name or an argument is unknown, or a value does not do; the message quotes it.

    Example:
        >>> waveforms, images = parse_augmentations("gain(lowest=-3), random_crop, specmix(gamma=0.3)")
        >>> [type(each).__name__ for each in (*waveforms.augmentations, *images.augmentations)]
        ['Gain', 'RandomCrop', 'SpecMix']
    """
    augmentations = [_made(name, arguments, given or {}) for name, arguments in _read(text)]
    waveforms = [each for each in augmentations if each.domain == "waveform"]
    images = [each for each in augmentations if each.domain == "image"]
    return Compose(waveforms), Compose(images)


def parse_image_augmentations(text: str, given: Mapping[str, Mapping[str, Any]] | None = None) -> Compose:
    """Read augmentations of images, where there are no waveforms any more.

    Args:
        text: See `parse_augmentations`.
        given: Likewise.

    Returns:
        The augmentations.

    Raises:
        ValueError: The text cannot be read, or names an augmentation of waveforms.
    """
    kept = [_made(name, arguments, given or {}) for name, arguments in _read(text)]
    for each in kept:
        if each.domain != "image":
            raise ValueError(
                f"{type(each).__name__} changes waveforms, and these networks are trained on images of them; leave it "
                "out, or choose a network that is trained on waveforms"
            )
    return Compose(kept)


def of_domain(text: str, domain: Domain) -> str:
    """Return the augmentations of a text that change waveforms, or those that change images, as text.

    Example:
        >>> of_domain("specmix(gamma=0.3),gain", "waveform"), of_domain("specmix(gamma=0.3)", "waveform")
        ('gain', 'none')
    """
    return _written([call for call in _read(text) if augmentation_class(call[0]).domain == domain])


def with_arguments(text: str, given: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the augmentations of a text with arguments that it does not say itself, as text.

    Args:
        text: See `parse_augmentations`.
        given: Arguments by the name of the augmentation. Those that the text says stay.

    Returns:
        The text with all arguments.

    Raises:
        ValueError: The text cannot be read.

    Example:
        >>> with_arguments("gain,pitch_shift(lowest=-1)", {"pitch_shift": {"lowest": -3.5, "highest": 3.5}})
        'gain,pitch_shift(lowest=-1,highest=3.5)'
    """
    return _written([(name, {**given.get(name, {}), **arguments}) for name, arguments in _read(text)])


def without(text: str, names: Collection[str]) -> str:
    """Return a text without the augmentations of some names; the very text where there is none of them.

    Example:
        >>> without("mixup(alpha=0.3),cutout", {"cutout"}), without("cutout", {"cutout"})
        ('mixup(alpha=0.3)', 'none')
    """
    calls = _read(text)
    kept = [call for call in calls if call[0] not in names]
    return text if len(kept) == len(calls) else _written(kept)


def _written(calls: Sequence[tuple[str, dict[str, Any]]]) -> str:
    def written(name: str, arguments: Mapping[str, Any]) -> str:
        told = ",".join(f"{argument}={value!r}" for argument, value in arguments.items())
        return f"{name}({told})" if told else name

    return ",".join(written(*call) for call in calls) or NONE


def _read(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Read names and arguments; nothing of the text is run."""
    if text.strip() in ("", NONE):
        return []
    try:
        tree = ast.parse(f"[{text}]", mode="eval").body
        if not isinstance(tree, ast.List):
            raise ValueError("no list")
        return [_call(node) for node in tree.elts]
    # Too deeply nested ones end in the last two, and a list as a key in a TypeError.
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(
            f"cannot read the augmentations {text[:200]!r} ({error.args[0] if error.args else 'too deeply nested'}); "
            "write them as random_crop,specmix(gamma=0.3)"
        ) from None


def _call(node: ast.expr) -> tuple[str, dict[str, Any]]:
    if isinstance(node, ast.Name):
        return node.id, {}
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        raise ValueError(f"{ast.unparse(node)} is no augmentation")
    if node.args or any(word.arg is None for word in node.keywords):
        raise ValueError(f"{ast.unparse(node)}: arguments need their names")
    return node.func.id, {str(word.arg): ast.literal_eval(word.value) for word in node.keywords}


def augmentation_class(name: str) -> type[Augmentation]:
    """Return the class of a name of `AUGMENTATIONS`.

    Raises:
        ValueError: There is none of that name; the message tells the closest.
    """
    if name not in AUGMENTATIONS:
        close = difflib.get_close_matches(name, AUGMENTATIONS, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ValueError(f"there is no augmentation {name!r}; {hint}choose from: {', '.join(AUGMENTATIONS)}")
    found: type[Augmentation] = getattr(importlib.import_module(f"autospeech.augment.{name}"), AUGMENTATIONS[name])
    return found


def image_augmentations() -> list[str]:
    """Return the names of those that change images."""
    return [name for name in AUGMENTATIONS if augmentation_class(name).domain == "image"]


def augmentations_at(sample_rate: int) -> dict[str, Mapping[str, Any]]:
    """Return the sample rate for each augmentation that asks for it, as `parse_augmentations` takes it.

    Args:
        sample_rate: In Hz.

    Example:
        >>> augmentations_at(44100)["between_class"]
        {'sample_rate': 44100}
    """
    return {
        name: {"sample_rate": sample_rate}
        for name in AUGMENTATIONS
        if "sample_rate" in inspect.signature(augmentation_class(name)).parameters
    }


def _made(name: str, arguments: dict[str, Any], given: Mapping[str, Mapping[str, Any]]) -> Augmentation:
    kind = augmentation_class(name)
    if name == "background_noise" and "noises" not in {**given.get(name, {}), **arguments}:
        raise ValueError(
            "there are no noises for background_noise; only what has some can use it, as keywords with noises"
        )
    try:
        return kind(**{**given.get(name, {}), **arguments})
    except TypeError as error:
        raise ValueError(f"{name}: {str(error).split('() ')[-1]}") from None
