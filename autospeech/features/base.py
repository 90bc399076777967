"""What all feature layers share."""

from __future__ import annotations

from typing import Any, ClassVar

import keras


class Feature(keras.layers.Layer):
    """A waveform in, an image of it out, computed in the graph.

    Frames are centred: zeros stand before and after the clip, so that even an empty clip gives a frame. A clip's image
    does not depend on what else is in the batch. All is computed in single precision, whatever the policy: kapre's STFT
    and filterbanks break in half precision (kapre 0.4.1).

    Args:
        hop_length: Samples from a frame to the next.
        bins: Height of the image.
        **kwargs: As for `keras.layers.Layer`.

    Attributes:
        ARGUMENTS: Names of the arguments of a feature's own, each of which is an attribute too.

    Input shape:
        `(batch, samples, 1)`, float32 in -1..1.

    Output shape:
        `(batch, frames, bins, 1)` with `frames = 1 + samples // hop_length`.
    """

    ARGUMENTS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, hop_length: int, bins: int, **kwargs: Any) -> None:
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        check_positive(hop_length=hop_length)
        self.hop_length = hop_length
        self.bins = bins

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Do nothing: the parts hold no weights, and kapre's cannot say so themselves."""
        self.built = True

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return `(batch, frames, bins, 1)`."""
        frames = None if input_shape[1] is None else 1 + input_shape[1] // self.hop_length
        return (input_shape[0], frames, self.bins, 1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the same layer again."""
        config: dict[str, Any] = super().get_config()
        return config | {name: getattr(self, name) for name in self.ARGUMENTS}


def check_positive(**values: float) -> None:
    """Raise ValueError, with its name, where a value is not above 0."""
    for name, value in values.items():
        if value <= 0:
            raise ValueError(f"{name} must be above 0, not {value}")


def check_range(sample_rate: int, fmin: float, fmax: float | None) -> float:
    """Return the upper end of a range of frequencies, half the sample rate where none is given.

    Raises:
        ValueError: The range is empty or goes beyond half the sample rate.
    """
    check_positive(sample_rate=sample_rate)
    top = sample_rate / 2 if fmax is None else fmax
    if not 0 <= fmin < top <= sample_rate / 2:
        raise ValueError(f"wanted 0 <= fmin < fmax <= {sample_rate / 2:g} Hz, got fmin={fmin:g} and fmax={top:g}")
    return top
