"""Read protocol buffers' text format, as far as `metadata.textproto` needs it, without protobuf."""

from __future__ import annotations

import codecs
import re
from typing import Any

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<token>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{}<>:,;\[\]]|[^\s{}<>:,;\[\]\#"']+)"""
)
MOST_DIGITS = 20
_CLOSES = {"{": "}", "<": ">"}


def parse_text_proto(text: str) -> dict[str, list[Any]]:
    """Parse a message.

    Args:
        text: The message in text format.

    Returns:
        Each field's values in order: numbers, booleans, strings (also for enumerations), and dicts for messages.

    Raises:
        ValueError: The text is not in that format, nested too deeply, or holds a number of more than 64 bits.

    Example:
        >>> parse_text_proto('sample_count: 3 matrix_spec { row_count: 1 format: DENSE }')
        {'sample_count': [3], 'matrix_spec': [{'row_count': [1], 'format': ['DENSE']}]}
    """
    tokens = _tokens(text)
    try:
        return _message(tokens, "")
    except RecursionError:
        raise ValueError("its messages are nested too deeply") from None


def _tokens(text: str) -> list[str]:
    tokens = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1}: cannot read {text[at : at + 20]!r}")
        if match["token"]:
            tokens.append(match["token"])
        at = match.end()
    tokens.reverse()  # so that pop() takes the next
    return tokens


def _message(tokens: list[str], end: str) -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = {}
    while tokens:
        name = tokens.pop()
        if name == end:
            return fields
        if name in ",;" and fields:
            continue
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"{name!r} where the name of a field should be")
        values = fields.setdefault(name, [])
        if tokens and tokens[-1] == ":":
            tokens.pop()
        if tokens and tokens[-1] == "[":
            tokens.pop()
            while tokens and tokens[-1] != "]":
                values.append(_value(tokens, name))
                if tokens and tokens[-1] == ",":
                    tokens.pop()
            if not tokens:
                raise ValueError(f"the list of {name} is not closed")
            tokens.pop()
        else:
            values.append(_value(tokens, name))
    if end:
        raise ValueError(f"a {end!r} is missing")
    return fields


def _value(tokens: list[str], name: str) -> Any:
    if not tokens:
        raise ValueError(f"{name} has no value")
    token = tokens.pop()
    if token in _CLOSES:
        return _message(tokens, _CLOSES[token])
    if token[0] in "\"'":
        return codecs.escape_decode(token[1:-1].encode())[0].decode("utf-8", "replace")
    if token in ("true", "false"):
        return token == "true"
    if len(token) > MOST_DIGITS and re.fullmatch(r"[-+]?[0-9]+", token):
        raise ValueError(f"{name} is a number of {len(token)} digits; it must be one of 64 bits")
    for number in (int, float):
        try:
            return number(token)
        except ValueError:
            continue
    if token in "{}<>:,;[]":
        raise ValueError(f"{token!r} where the value of {name} should be")
    return token
