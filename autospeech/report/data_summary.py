"""What a data set holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.report.json_fields import JsonFields, is_number

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True)
class DataSummary:
    """Counts and lengths of the clips of a data set.

    Args:
        clips: How many there are.
        hours: Their length together.
        class_counts: For each part (`train`, `test`), how many clips each class has.
        sample_rates: How many clips have which rate: the rate in Hz, as a text, and the count.
        length_quantiles: Lengths in seconds by quantile (`"0.5"` is the median), both rising.
        warnings: What one should know about the data.

    Example:
        >>> clips = LabelledClips([np.zeros(16000, "float32"), np.zeros(48000, "float32")], np.eye(2))
        >>> summary = DataSummary.of({"train": clips}, {16000: 2})
        >>> summary.class_counts, summary.length_quantiles["0.5"]
        ({'train': (1, 1)}, 2.0)
    """

    clips: int
    hours: float
    class_counts: Mapping[str, tuple[int, ...]]
    sample_rates: Mapping[str, int]
    length_quantiles: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        parts: Mapping[str, LabelledClips],
        sample_rates: Mapping[int, int],
        sample_rate: int = 16000,
        warnings: Sequence[str] = (),
    ) -> DataSummary:
        """Count clips.

        Args:
            parts: The clips of each part.
            sample_rates: How many files have which rate in Hz, before they were resampled.
            sample_rate: Of the clips, in Hz.
            warnings: What one should know about the data.
        """
        seconds = np.array([len(clip) / sample_rate for part in parts.values() for clip in part.clips])
        lengths = np.quantile(seconds, QUANTILES) if len(seconds) else []
        return cls(
            clips=len(seconds),
            hours=float(seconds.sum()) / 3600,
            class_counts={name: tuple(int(count) for count in part.labels.sum(axis=0)) for name, part in parts.items()},
            sample_rates={str(rate): int(count) for rate, count in sorted(sample_rates.items())},
            length_quantiles={f"{q:g}": round(float(s), 4) for q, s in zip(QUANTILES, lengths, strict=False)},
            warnings=tuple(warnings),
        )

    @classmethod
    def read(cls, fields: JsonFields, classes: int) -> DataSummary:
        """Read a summary.

        Raises:
            RecordError: A value is missing or wrong, or does not fit the classes.
        """
        by_part = fields.within("class_counts")
        counts = {part: by_part.wholes(part) for part in fields.mapping("class_counts")}
        for part, numbers in counts.items():
            if len(numbers) != classes:
                by_part.refuse(part, list(numbers), f"{classes} counts, one a class, not {len(numbers)}")
        by_rate = fields.within("sample_rates")
        rates = {rate: by_rate.whole(rate) for rate in fields.mapping("sample_rates")}
        for rate in rates:
            if not rate.isdecimal() or int(rate) <= 0:
                fields.refuse("sample_rates", rates, "counts by rates in Hz, such as 44100")
        quantiles = fields.mapping("length_quantiles")
        if not all(_is_share(quantile) and is_number(length) and length >= 0 for quantile, length in quantiles.items()):
            fields.refuse("length_quantiles", quantiles, "seconds by quantiles from 0 to 1")
        ordered = {quantile: float(quantiles[quantile]) for quantile in sorted(quantiles, key=float)}
        if list(ordered.values()) != sorted(ordered.values()):
            fields.refuse("length_quantiles", quantiles, "seconds that rise with the quantile")
        return cls(
            fields.whole("clips"), fields.number("hours", low=0), counts, rates, ordered, fields.texts("warnings")
        )


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False
