"""Networks of folds on the encoder's frames, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from autospeech.export.export_error import ExportError
from autospeech.learners.clip_views import ClipViews
from autospeech.machine import threads
from autospeech.statistics.spread_windows import mean_over_windows
from autospeech.statistics.trunk import Pooling, Trunk

Floats = npt.NDArray[np.float32]

# What a file may ask for, so that memory has a bound.
_MOST_FRAMES, _MOST_WINDOWS = 10_000, 1000


@dataclass(frozen=True, eq=False)
class NetworksMember:
    """The mean logits of networks, each the encoder's trunk with a linear head, over windows of a clip.

    Args:
        length: Frames of a window.
        most: Windows of a clip at most.
        step: There is a further window for each so many frames beyond the first.
        pooling: Of the trunk.
        networks: The weights of each network: those of its trunk, then matrix and bias of its head.

    Raises:
        ValueError: A number is below 1 or too large, there is no network, or the arrays are not those of such networks.
    """

    length: int
    most: int
    step: int
    pooling: Pooling
    networks: Sequence[Sequence[Floats]]

    def __post_init__(self) -> None:
        if min(self.length, self.most, self.step) < 1:
            raise ValueError(f"length, most and step are {self.length}, {self.most}, {self.step}; each must be above 0")
        if self.length > _MOST_FRAMES or self.most > _MOST_WINDOWS:
            most = f"{_MOST_WINDOWS} of {_MOST_FRAMES}"
            raise ValueError(f"there are {self.most} windows of {self.length} frames; there can be {most} at most")
        if not self.networks:
            raise ValueError("there is no network")
        for trunk, matrix, bias in self.parts:
            trunk.check_cost(self.length)
            if np.shape(matrix) != (trunk.numbers, *np.shape(bias)) or np.shape(bias) != (self.classes,):
                raise ValueError(f"a head has {np.shape(matrix)} and {np.shape(bias)} for {trunk.numbers} numbers")

    @classmethod
    def of(cls, rung: Any) -> NetworksMember:
        """Take what `FoldNetworks` on an `EncoderSource` have learnt.

        Raises:
            ExportError: They are on another source, or have learnt nothing.
        """
        pooling = rung.source.pooling
        if pooling is None:
            raise ExportError(f"the {rung.source.name} cannot be written; only networks on the encoder's frames can")
        if not rung.answering_weights:
            raise ExportError("the networks of folds have learnt nothing yet")
        networks = [[np.asarray(array, np.float32) for array in weights] for weights in rung.answering_weights]
        step = max(1, rung.source.crops[1] // 10)
        return cls(int(rung.crop_frames), int(rung.settings.crops), step, pooling, networks)

    @property
    def classes(self) -> int:
        """How many classes the networks know."""
        return len(self.networks[0][-1])

    @cached_property
    def parts(self) -> list[tuple[Trunk, Floats, Floats]]:
        """Trunk, matrix `(numbers, classes)` and bias `(classes,)` of each network."""
        return [(Trunk(self.pooling, weights[:-2]), weights[-2], weights[-1]) for weights in self.networks]

    def logits(self, views: ClipViews, clips: list[Floats]) -> Floats:
        """Return the logits of clips, `(clips, classes)`."""
        frames = views.frames(clips)
        extra = np.diff(frames.starts) - self.length
        many = np.clip(1 + extra // self.step, 1, self.most)

        def forward(windows: Floats) -> Floats:
            said = [trunk(windows) @ matrix + bias for trunk, matrix, bias in self.parts]
            mean: Floats = np.mean(said, axis=0)
            return mean

        return mean_over_windows(forward, frames, many, self.length, pool=threads())

    def about(self) -> dict[str, Any]:
        """Return all but the arrays, as JSON has it."""
        pooling = [list(pair) for pair in self.pooling]
        return {"length": self.length, "most": self.most, "step": self.step, "pooling": pooling}

    @property
    def arrays(self) -> dict[str, Floats]:
        """The weights by name, `NETWORK-NUMBER`."""
        return {
            f"{network}-{number:03d}": array
            for network, weights in enumerate(self.networks)
            for number, array in enumerate(weights)
        }

    @classmethod
    def read(cls, about: Mapping[str, Any], arrays: Mapping[str, Floats]) -> NetworksMember:
        """Make the member of which `about` and `arrays` tell.

        Raises:
            ValueError, KeyError, TypeError: They tell of none.
        """
        networks: dict[int, list[Floats]] = {}
        for name in sorted(arrays, key=lambda name: [int(part) for part in name.split("-")]):
            networks.setdefault(int(name.split("-")[0]), []).append(arrays[name])
        pooling = [(int(block), str(how)) for block, how in about["pooling"]]
        return cls(int(about["length"]), int(about["most"]), int(about["step"]), pooling, [*networks.values()])
