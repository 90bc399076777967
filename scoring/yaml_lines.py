"""The `key: value` lines of start.txt and end.txt."""

from __future__ import annotations

import yaml


def read_yaml_lines(text: str) -> dict[str, object] | None:
    r"""Read a flat YAML mapping.

    Args:
        text: What has been read.

    Returns:
        Key -> value, every scalar a string, so that a task may be called "no" or "2020". A text that is not YAML
        because a value was written without quotes is taken line by line. None where there is no `key: value` at all.

    Example:
        >>> read_yaml_lines("success: 0\nreason: 'it failed'\n")
        {'success': '0', 'reason': 'it failed'}
        >>> read_yaml_lines("success: 0\nreason: ValueError: no\n")
        {'success': '0', 'reason': 'ValueError: no'}
    """
    try:
        fields = yaml.load(text, Loader=yaml.BaseLoader)  # it makes strings, lists and dicts only
    except (yaml.YAMLError, RecursionError):
        pairs = [line.partition(": ") for line in text.splitlines()]
        fields = {key.strip(): value.strip() for key, separator, value in pairs if separator}
    if not isinstance(fields, dict):
        return None
    return {key: value for key, value in fields.items() if isinstance(key, str)} or None
