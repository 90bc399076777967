"""The settings that a submission carries with it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

from autospeech.presets import find_preset
from autospeech.schedule.fusion_choice import with_fusion


@dataclass(frozen=True)
class SubmissionSettings:
    """What `settings.json` beside `model.py` may hold and is the same on every machine.

    Args:
        preset: Name of the settings.
        warm_start: Whether to start from shipped weights.
        augment: Augmentations in place of the preset's, or `auto`.
        fusion: How networks on several features become one answer, one of `FUSION_CHOICES`; None for the preset's way.
        seed: Seeds everything; 0 to 4294967295.
        mix_at: Layers to mix clips after in place of the preset's, of a network on waveforms.

    Raises:
        ValueError: There is no such preset, the seed is out of range, the preset has nothing to fuse in this way, or
            the augmentations or layers cannot be read or do not suit it. To tell the last takes Keras, which takes
            seconds; without these nothing is loaded.

    Example:
        >>> SubmissionSettings(preset="kon", seed=3).to_json()
        '{"preset": "kon", "seed": 3}'
        >>> SubmissionSettings().to_json()
    """

    preset: str = "default"
    warm_start: bool = True
    augment: str | None = None
    fusion: str | None = None
    seed: int = 0
    mix_at: str | None = None

    def __post_init__(self) -> None:
        schedule = find_preset(self.preset).schedule
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"the seed must be 0 to {2**32 - 1}, not {self.seed}")
        if self.fusion is not None:
            with_fusion(schedule, self.fusion)
        if self.augment is not None:
            from autospeech.schedule.portfolio import check_augmentation

            check_augmentation(schedule, self.augment)
        if self.mix_at is not None:
            from autospeech.schedule.mixing_layers import check_mixing

            check_mixing(schedule, self.mix_at)

    def to_json(self) -> str | None:
        """Return the content of `settings.json`, or None where nothing departs from what `Model` does anyway."""
        standard = {field.name: field.default for field in fields(self)}
        given = {name: value for name, value in asdict(self).items() if value != standard[name]}
        return json.dumps(given) if given else None
