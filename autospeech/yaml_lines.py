"""The `key: value` lines of start.txt and end.txt."""

from __future__ import annotations

import re

import yaml

# In characters, of what is no time stamp: a name, numbers, the reason for an end.
MOST_YAML = 50_000
# Time stamps are many, and YAML takes a tenth of a millisecond for each.
_STAMP = re.compile(r"^([0-9]{1,9}): *([0-9.eE+-]{1,40})[ \r]*(?:\n|\Z)", re.MULTILINE)
# What nests, or stands for something else: lists, mappings, anchors and aliases. Each level makes the next ones slower.
_MOST_MARKS = 200


def read_yaml_lines(text: str) -> dict[str, object] | None:
    r"""Read a flat YAML mapping.

    Args:
        text: What has been read.

    Returns:
        Key -> value, every scalar a string, so that a task may be called "no" or "2020". A text that is not YAML
        because a value was written without quotes is taken line by line, as is one with anchors, aliases or hundreds
        of brackets; there, lines that begin beyond the first 50,000 characters are left out. None where there is no
        `key: value` at all.

    Example:
        >>> read_yaml_lines("success: 0\nreason: 'it failed'\n")
        {'success': '0', 'reason': 'it failed'}
        >>> read_yaml_lines("success: 0\nreason: ValueError: no\n")
        {'success': '0', 'reason': 'ValueError: no'}
    """
    stamps: dict[str, object] = dict(_STAMP.findall(text))
    rest = _STAMP.sub("", text) if stamps else text
    fields = _loaded(rest)
    if fields is None:
        pairs = [line.partition(": ") for line in rest[:MOST_YAML].splitlines()]
        fields = {key.strip(): value.strip() for key, separator, value in pairs if separator}
    if not isinstance(fields, dict):
        fields = {}
    return {**{key: value for key, value in fields.items() if isinstance(key, str)}, **stamps} or None


def _loaded(text: str) -> object:
    if len(text) > MOST_YAML or sum(map(text.count, "[{&*")) > _MOST_MARKS:
        return None
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except (yaml.YAMLError, RecursionError):
        return None


class _PlainLoader(yaml.BaseLoader):
    """Makes strings, lists and dicts only, each of them once."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)
