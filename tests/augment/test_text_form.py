from __future__ import annotations

import pytest

from autospeech.augment.random_crop import RandomCrop
from autospeech.augment.specmix import SpecMix
from autospeech.augment.text_form import AUGMENTATIONS, parse_augmentations, with_arguments


def test_reads_names_and_arguments() -> None:
    _, images = parse_augmentations("random_crop(frames=7), specmix(gamma=None)")
    crop, specmix = images.augmentations
    assert isinstance(crop, RandomCrop)
    assert crop.frames == 7
    assert isinstance(specmix, SpecMix)
    assert specmix.gamma is None


@pytest.mark.parametrize("text", ["", " ", "none"])
def test_no_augmentation(text: str) -> None:
    assert all(not part.augmentations for part in parse_augmentations(text))


def test_what_is_given_need_not_be_said_and_what_is_said_counts() -> None:
    given = {"random_crop": {"frames": 9}, "cutout": {"largest": 0.1}}
    _, images = parse_augmentations("random_crop,random_crop(frames=3)", given)
    assert [each.frames for each in images.augmentations] == [9, 3]  # type: ignore[attr-defined]


def test_arguments_that_the_text_does_not_say_are_written_into_it() -> None:
    ranges = {"pitch_shift": {"lowest": -3.5, "highest": 3.5}, "cutout": {"largest": 0.1}}
    text = with_arguments("gain(lowest=-1), pitch_shift, pitch_shift(highest=2)", ranges)
    waveforms, _ = parse_augmentations(text)
    gain, wide, less = waveforms.augmentations
    assert (gain.lowest, wide.lowest, wide.highest) == (-1, -3.5, 3.5)  # type: ignore[attr-defined]
    assert (less.lowest, less.highest) == (-3.5, 2)  # type: ignore[attr-defined]
    assert with_arguments(" none ", ranges) == with_arguments("", ranges) == "none"
    with pytest.raises(ValueError, match="cannot read"):
        with_arguments("gain(", ranges)


@pytest.mark.parametrize("name", sorted(set(AUGMENTATIONS) - {"background_noise"}))
def test_every_augmentation_has_a_name(name: str) -> None:
    waveforms, images = parse_augmentations(name)
    assert [type(each).__name__ for each in (*waveforms.augmentations, *images.augmentations)] == [AUGMENTATIONS[name]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("specmixx", "no augmentation 'specmixx'; did you mean specmix"),
        ("specmix(gama=1)", "specmix: .*gama"),
        ("specmix(0.3)", "arguments need their names"),
        ("specmix(gamma=2)", "gamma is a share"),
        ("specmix(gamma=", "cannot read"),
        ("specmix] + [1", "cannot read"),
        ("specmix(gamma=__import__('os').getcwd())", "cannot read"),
        ("__import__('os').getcwd()", "cannot read"),
        ("specmix(**{'gamma': 1})", "arguments need their names"),
        ("3", "3 is no augmentation"),
        ("specmix(gamma={[]: 1})", "cannot read the augmentations"),
        ("specmix(gamma=" + 500 * "(" + "1" + 500 * ")" + ")", "cannot read the augmentations"),
        ("background_noise", "no noises for background_noise"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_augmentations(text)
