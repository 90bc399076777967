"""The encoder's convolutions in NumPy, so that embedding clips needs no Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from autospeech import weights
from autospeech.regular_file import json_value, open_regular
from autospeech.stored_arrays import read_arrays

Floats = npt.NDArray[np.float32]
Pooling = Sequence[tuple[int, str]]

# Mean and standard deviation of the pretraining clips' log-mel values.
CENTRE, SPREAD = -4.5, 3.0
# Every convolution moves by so many frames and mel bins.
STRIDE = 2
# To how many rows the mel axis of pooled maps is averaged.
ROWS = 4
# Added to the variance, as in the network's batch normalisations and in its pooled deviations.
EPSILON, LEAST_VARIANCE = 1e-3, 1e-4
# What a file may ask for, so that neither memory nor time is without bound: sides of a kernel, and channels.
_MOST_SIDE, _MOST_CHANNELS = 9, 4096
# Poolings; bytes of all arrays; and numbers that a convolution of so many frames holds at once, 80 MB.
_MOST_POOLINGS, _MOST_BYTES = 100, 50_000_000
_MOST_NUMBERS, _FRAMES, _BINS = 20_000_000, 500, 64
# Arrays of a convolution: kernel, and scale, shift, mean and variance of the batch normalisation after it.
_ARRAYS = 5

_HOW: dict[str, Callable[[Floats], Floats]] = {
    "mean": lambda maps: maps.mean(axis=1),
    "max": lambda maps: maps.max(axis=1),
    "std": lambda maps: np.sqrt(maps.var(axis=1) + np.float32(LEAST_VARIANCE)),
}


@dataclass(frozen=True, eq=False)
class Trunk:
    """What `networks.encoder.encoder` computes, in inference.

    Args:
        pooling: As for `networks.encoder.encoder`.
        arrays: The weights in Keras' order: of each convolution the kernel `(rows, columns, in, out)`, then scale,
            shift, mean and variance of its batch normalisation, `(out,)`.

    Raises:
        ValueError: The arrays are not those of convolutions in a row, or too large, or the pooling is of none of them.

    Example:
        >>> trunk = Trunk.load()
        >>> trunk(np.zeros((2, 62, 64), "float32")).shape
        (2, 1280)

    References:
        Ioffe, Szegedy (2015): Batch normalization. Chellapilla et al. (2006): High performance convolutional neural
        networks for document processing (convolutions as products of matrices).
    """

    pooling: Pooling
    arrays: Sequence[Floats]

    def __post_init__(self) -> None:
        kernels = self.arrays[::_ARRAYS]
        given = [np.shape(array) for array in self.arrays]
        inputs, expected = 1, []
        for kernel in kernels:
            rows, columns, _, out = np.shape(kernel) if np.ndim(kernel) == 4 else (0, 0, 0, 0)
            expected += [(rows, columns, inputs, out), *[(out,)] * (_ARRAYS - 1)]
            inputs = out
        if not given or given != expected or any(0 in shape for shape in given):
            raise ValueError(f"arrays have the shapes {given}; they must be convolutions with batch normalisation")
        if any(max(np.shape(kernel)[:2]) > _MOST_SIDE or np.shape(kernel)[3] > _MOST_CHANNELS for kernel in kernels):
            raise ValueError(
                f"kernels are larger than {_MOST_SIDE} by {_MOST_SIDE} of {_MOST_CHANNELS} channels: {given}"
            )
        if not self.pooling or any(how not in _HOW or not 1 <= block <= len(kernels) for block, how in self.pooling):
            raise ValueError(
                f"pooling is {str(list(self.pooling))[:200]}; it must be pairs of 1 to {len(kernels)} and {[*_HOW]}"
            )
        if len(self.pooling) > _MOST_POOLINGS:
            raise ValueError(f"there are {len(self.pooling)} poolings; there can be {_MOST_POOLINGS} at most")
        self.check_cost(_FRAMES)

    @classmethod
    def load(cls, path: Path | None = None) -> Trunk:
        """Read the trunk that a file of `networks.encoder.save_encoder` holds.

        Args:
            path: The `.npz` file; None for the one that is shipped.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: It is not a file of such weights, or asks for more memory than one may.
        """
        path = path or Path(weights.__file__).parent / "encoder.npz"
        mend = "make them with `autospeech pretrain`"
        try:
            with open_regular(path) as file:
                stored = read_arrays(file, _MOST_BYTES)
            shape = json_value(str(stored.pop("shape")))
            pooling = [(int(block), str(how)) for block, how in shape["pooling"]]
            return cls(pooling, [stored[name].astype(np.float32) for name in sorted(stored)])
        except FileNotFoundError:
            raise FileNotFoundError(f"{path}: there are no encoder weights; {mend}") from None
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{path}: they are no weights of an encoder ({str(error)[:300]}); {mend}") from error

    def check_cost(self, frames: int) -> None:
        """See that a window takes no more memory than it may.

        Args:
            frames: Of the window.

        Raises:
            ValueError: A convolution of it would hold more than 20 million numbers.
        """
        rows, columns = frames, _BINS
        for kernel in self.arrays[::_ARRAYS]:
            rows, columns = -(-rows // STRIDE), -(-columns // STRIDE)
            height, width, inputs, out = np.shape(kernel)
            numbers = rows * columns * max(height * width * inputs, out)
            if numbers > _MOST_NUMBERS:
                raise ValueError(
                    f"a kernel of the shape {np.shape(kernel)} makes {numbers:,} numbers of {frames} frames; there can "
                    f"be {_MOST_NUMBERS:,} at most"
                )

    @property
    def widths(self) -> list[int]:
        """Channels of each convolution."""
        return [kernel.shape[3] for kernel in self.arrays[::_ARRAYS]]

    @property
    def numbers(self) -> int:
        """How many numbers an embedding has."""
        return sum(ROWS * self.widths[block - 1] for block, _ in self.pooling)

    @cached_property
    def _folded(self) -> list[tuple[Floats, Floats]]:
        """Kernel and bias of each convolution with its batch normalisation."""
        folded = []
        for first in range(0, len(self.arrays), _ARRAYS):
            kernel, scale, shift, mean, variance = (
                np.asarray(array, np.float32) for array in self.arrays[first : first + _ARRAYS]
            )
            factor = scale / np.sqrt(variance + np.float32(EPSILON))
            folded.append((kernel * factor, shift - mean * factor))
        return folded

    def __call__(self, windows: Floats) -> Floats:
        """Return the embeddings of windows of log-mel frames.

        Args:
            windows: `(windows, frames, 64)`, as `LogMelFrames` computes them.

        Returns:
            `(windows, numbers)`.
        """
        maps = (windows[..., None] - np.float32(CENTRE)) * np.float32(1 / SPREAD)
        wanted = {block for block, _ in self.pooling}
        rows: dict[int, Floats] = {}
        for block, (kernel, bias) in enumerate(self._folded, start=1):
            maps = _convolved(maps, kernel, bias)
            if block in wanted:
                bins = maps.shape[2] // ROWS
                rows[block] = maps[:, :, : ROWS * bins].reshape(*maps.shape[:2], ROWS, bins, -1).mean(axis=3)
        pooled = [_HOW[how](rows[block]).reshape(len(windows), -1) for block, how in self.pooling]
        return np.concatenate(pooled, axis=1)


def _convolved(images: Floats, kernel: Floats, bias: Floats) -> Floats:
    """Convolve `(images, rows, columns, channels)` with stride 2, padded as TensorFlow's `same`, and rectify."""
    sides = [_padding(length, size) for length, size in zip(images.shape[1:3], kernel.shape[:2], strict=True)]
    padded = np.pad(images, ((0, 0), *sides, (0, 0)))
    patches = sliding_window_view(padded, kernel.shape[:2], axis=(1, 2))[:, ::STRIDE, ::STRIDE]
    columns = patches.transpose(0, 1, 2, 4, 5, 3)
    maps = columns.reshape(-1, kernel[..., 0].size) @ kernel.reshape(-1, kernel.shape[3])
    maps += bias
    return np.maximum(maps, 0, out=maps).reshape(*columns.shape[:3], -1)


def _padding(length: int, size: int) -> tuple[int, int]:
    total = max((-(-length // STRIDE) - 1) * STRIDE + size - length, 0)
    return total // 2, total - total // 2
