"""A point of a learning curve."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.report.json_fields import JsonFields


@dataclass(frozen=True)
class CurvePoint:
    """How good the system was at a moment.

    Args:
        seconds: Of the budget that were used by then.
        nauc: 2 * AUC - 1, -1..1.
        what: What was scored, a word or two: `prediction 3`, `out-of-fold answers`.
    """

    seconds: float
    nauc: float
    what: str = ""

    @classmethod
    def read(cls, fields: JsonFields) -> CurvePoint:
        """Read a point.

        Raises:
            RecordError: A value is missing or wrong.
        """
        return cls(fields.number("seconds", low=0), fields.number("nauc", low=-1, high=1), fields.text("what", ""))
