"""The values of a JSON object, each checked as it is taken out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from numbers import Integral, Real
from typing import Any

from autospeech.report.record_error import RecordError

_REQUIRED: Any = object()


class JsonFields:
    """A JSON object whose values are read by key and kind.

    Args:
        where: The file and the place in it, for errors: `report.json` or `report.json: curve[3]`.
        values: The object as `json.loads` returns it.

    Raises:
        RecordError: It is no object, or, from the methods, a value is missing or of the wrong kind.

    Example:
        >>> fields = JsonFields("report.json", {"budget": 20, "alc": None, "seed": "0"})
        >>> fields.number("budget", above=0), fields.number("alc", none=True)
        (20.0, None)
        >>> fields.whole("seed")
        Traceback (most recent call last):
        autospeech.report.record_error.RecordError: report.json: seed is '0'; it must be a whole number of at least 0
    """

    def __init__(self, where: str, values: Any) -> None:
        self.where = where
        if not isinstance(values, Mapping):
            raise RecordError(f"{where} is {_short(values)}; it must be a JSON object")
        self._values = values

    def __contains__(self, key: str) -> bool:
        """Tell whether there is a value; records of older versions lack some."""
        return key in self._values

    def text(self, key: str, default: str = _REQUIRED) -> str:
        """Return a text."""
        value = self._get(key, default)
        return value if isinstance(value, str) else self.refuse(key, value, "a text")

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._get(key)
        return value if isinstance(value, bool) else self.refuse(key, value, "true or false")

    def whole(self, key: str) -> int:
        """Return a whole number of at least 0."""
        value = self._get(key)
        return int(value) if _is_whole(value) else self.refuse(key, value, "a whole number of at least 0")

    def number(
        self,
        key: str,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        above: float = -math.inf,
        none: bool = False,
    ) -> Any:
        """Return a finite number.

        Args:
            key: Its key.
            low: The least that it may be.
            high: The most.
            above: What it must be larger than.
            none: Whether null, or nothing, may stand for it.

        Returns:
            The number as a float, or None.
        """
        value = self._get(key, None) if none else self._get(key)
        if value is None and none:
            return None
        if is_number(value) and low <= value <= high and value > above:
            return float(value)
        asked = f" above {above:g}" if math.isfinite(above) else ""
        asked += f" of at least {low:g}" if math.isfinite(low) else ""
        asked += f"{' and' if asked else ' of'} at most {high:g}" if math.isfinite(high) else ""
        return self.refuse(key, value, f"a finite number{asked}{', or null' if none else ''}")

    def items(self, key: str) -> list[Any]:
        """Return a list."""
        value = self._get(key)
        return value if isinstance(value, list) else self.refuse(key, value, "a list")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.items(key)
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.refuse(f"{key}[{place}]", value, "a text")
        return tuple(values)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers of at least 0."""
        values = self.items(key)
        for place, value in enumerate(values):
            if not _is_whole(value):
                self.refuse(f"{key}[{place}]", value, "a whole number of at least 0")
        return tuple(map(int, values))

    def mapping(self, key: str) -> dict[str, Any]:
        """Return an object as it is."""
        value = self._get(key)
        return dict(value) if isinstance(value, Mapping) else self.refuse(key, value, "a JSON object")

    def within(self, key: str) -> JsonFields:
        """Return the fields of an object."""
        return JsonFields(f"{self.where}: {key}", self._get(key))

    def each(self, key: str) -> Iterator[JsonFields]:
        """Return the fields of each object of a list."""
        for place, value in enumerate(self.items(key)):
            yield JsonFields(f"{self.where}: {key}[{place}]", value)

    def refuse(self, key: str, value: Any, wanted: str) -> Any:
        """Raise the error for a value that is not what is wanted."""
        raise RecordError(f"{self.where}: {key} is {_short(value)}; it must be {wanted}")

    def _get(self, key: str, default: Any = _REQUIRED) -> Any:
        if key in self._values:
            return self._values[key]
        if default is _REQUIRED:
            raise RecordError(f"{self.where}: {key} is missing; there are {_short(', '.join(map(str, self._values)))}")
        return default


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; true and false are none.

    Example:
        >>> [is_number(value) for value in (1, 0.5, float("nan"), True, "1")]
        [True, True, False, False, False]
    """
    if isinstance(value, bool) or not isinstance(value, float | Real):
        return False
    # A whole number of JSON may have more digits than a float can hold.
    return abs(value) < 10**300 if isinstance(value, int) else math.isfinite(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= 0


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
