"""`metadata.textproto`: what AutoDL says about one part of a data set."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.unicode_form import encodable
from autospeech.regular_file import read_text

_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*|(?P<token>[{}<>:;,]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^\s{}<>:;,"'#]+))"""
)

# More would be a slip of the pen, and take memory for each clip.
MOST_CLASSES = 100_000
# Of the file: 30,000 classes with names of 30 characters.
MOST_BYTES = 2_000_000
# Of a number of 64 bits.
_MOST_DIGITS = 20
# All that the official formatter writes, for readers that ask for more than ours.
_TEMPLATE = """\
is_sequence: false
sample_count: {sample_count}
sequence_size: {sequence_size}
output_dim: {output_dim}
matrix_spec {{
  col_count: {col_count}
  row_count: {row_count}
  is_sequence_col: false
  is_sequence_row: false
  has_locality_col: true
  has_locality_row: true
  format: DENSE
  is_sparse: false
  num_channels: {num_channels}
}}
"""


@dataclass(frozen=True)
class AutoDLMetadata:
    """The fields of the text protocol buffer `autodl.DataSpecification` that sound has a use for.

    Args:
        sample_count: Number of clips.
        output_dim: Number of classes.
        sequence_size: Time steps of each clip, -1 where they differ.
        row_count: Rows of the matrix at each time step, -1 where unknown.
        col_count: Its columns.
        num_channels: Its channels.
        label_names: Name of each class; empty where the file gives none.

    Example:
        >>> AutoDLMetadata.parse("sample_count: 4 output_dim: 2 matrix_spec { col_count: 64 }").col_count
        64
    """

    sample_count: int
    output_dim: int
    sequence_size: int = 1
    row_count: int = 1
    col_count: int = 1
    num_channels: int = 1
    label_names: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Write the file's text."""
        labels = "".join(
            f"label_to_index_map {{\n  key: {_quoted(label)}\n  value: {index}\n}}\n"
            for index, label in enumerate(self.label_names)
        )
        return _TEMPLATE.format(**vars(self)) + labels

    @classmethod
    def read(cls, path: Path) -> AutoDLMetadata:
        """Read the file.

        Args:
            path: `metadata.textproto`.

        Returns:
            Its fields.

        Raises:
            DatasetError: It is missing, no text protocol buffer, or lacks a field.
        """
        try:
            return cls.parse(read_text(path, MOST_BYTES))
        except FileNotFoundError:
            raise DatasetError(f"{path}: it is missing; AutoDL data need one in train and one in test") from None
        except (ValueError, RecursionError) as error:
            raise DatasetError(f"{path}: {error}; copy it again") from error

    @classmethod
    def parse(cls, text: str) -> AutoDLMetadata:
        """Read the file's text.

        Args:
            text: A text protocol buffer.

        Returns:
            Its fields.

        Raises:
            ValueError: It is none, or lacks a field.
        """
        fields = _message(_tokens(text))
        spec = fields.get("matrix_spec", [{}])[0]
        try:
            labels = {entry["key"][0]: _whole(entry["value"][0]) for entry in fields.get("label_to_index_map", ())}
            output_dim = _whole(fields["output_dim"][0])
            if not 0 < output_dim <= MOST_CLASSES:
                raise ValueError(f"output_dim is {output_dim}; it must be from 1 to {MOST_CLASSES}")
            named = sorted(labels.values()) == list(range(output_dim))
            return cls(
                sample_count=_whole(fields["sample_count"][0]),
                output_dim=output_dim,
                sequence_size=_whole(fields.get("sequence_size", [1])[0]),
                row_count=_whole(spec.get("row_count", [1])[0]),
                col_count=_whole(spec.get("col_count", [1])[0]),
                num_channels=_whole(spec.get("num_channels", [1])[0]),
                label_names=tuple(sorted(labels, key=labels.__getitem__)) if named else (),
            )
        except KeyError as error:
            raise ValueError(f"it lacks {error.args[0]}") from error
        except (AttributeError, TypeError) as error:
            raise ValueError(f"a message stands where a value should, or the other way round: {error}") from error


def _quoted(text: str) -> str:
    """Write a string of the text format, with the bytes of what cannot be printed in octal."""
    return "".join(
        ('"', *(mark if mark.isprintable() and mark not in '"\\' else _octal(mark) for mark in encodable(text)), '"')
    )


def _octal(mark: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in mark.encode())


def _whole(value: Any) -> int:
    if isinstance(value, str) and len(value) > _MOST_DIGITS:
        raise ValueError(f"{value[:_MOST_DIGITS]}… is a number of {len(value)} digits; it must be one of 64 bits")
    return int(value)


def _tokens(text: str) -> Iterator[str]:
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"no text protocol buffer at {text[position : position + 20]!r}")
        position = match.end()
        if match["token"] is not None and match["token"] not in ",;":
            yield match["token"]


def _message(tokens: Iterator[str], closing: str = "") -> dict[str, list[Any]]:
    fields: dict[str, list[Any]] = {}
    for name in tokens:
        if name == closing:
            return fields
        value = next(tokens, "")
        value = next(tokens, "") if value == ":" else value
        if value in ("{", "<"):
            fields.setdefault(name, []).append(_message(tokens, "}" if value == "{" else ">"))
        elif value in ("", ":", "}", ">") or name in "{}<>:":
            raise ValueError(f"no text protocol buffer: no value for {name!r}")
        else:
            fields.setdefault(name, []).append(_text(value) if value[0] in "\"'" else value)
    if closing:
        raise ValueError(f"no text protocol buffer: {closing!r} is missing at the end")
    return fields


def _text(quoted: str) -> str:
    escaped, _ = codecs.escape_decode(quoted[1:-1].encode("utf-8"))
    return bytes(escaped).decode("utf-8")
