"""A clip that was judged by what had not learnt from it."""

from __future__ import annotations

from dataclasses import dataclass

from autospeech.report.json_fields import JsonFields, is_number


@dataclass(frozen=True)
class JudgedClip:
    """What was said of a clip, and what is true.

    Args:
        name: Its file or another name.
        labels: Indices of its true classes; exactly one where a clip has one label.
        probabilities: Of each class, 0..1.
    """

    name: str
    labels: tuple[int, ...]
    probabilities: tuple[float, ...]

    @classmethod
    def read(cls, fields: JsonFields, classes: int, multi_label: bool) -> JudgedClip:
        """Read a clip.

        Args:
            fields: Its JSON object.
            classes: How many there are.
            multi_label: Whether a clip may have several labels, or none.

        Raises:
            RecordError: A value is missing or wrong, or does not fit the classes.
        """
        labels = fields.wholes("labels")
        if any(label >= classes for label in labels) or len(set(labels)) != len(labels):
            fields.refuse("labels", list(labels), f"different indices of classes, 0 to {classes - 1}")
        if not multi_label and len(labels) != 1:
            fields.refuse("labels", list(labels), "one class, since multi_label is false")
        probabilities = fields.items("probabilities")
        if len(probabilities) != classes:
            fields.refuse("probabilities", probabilities, f"{classes} numbers, one a class, not {len(probabilities)}")
        for place, value in enumerate(probabilities):
            if not is_number(value) or not 0 <= value <= 1:
                fields.refuse(f"probabilities[{place}]", value, "a number from 0 to 1")
        return cls(fields.text("name"), labels, tuple(map(float, probabilities)))
