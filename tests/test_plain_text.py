"""What no terminal may be sent, shown as escapes, in the package and in both programs."""

from __future__ import annotations

import unicodedata

import pytest

from autospeech.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dog", "dog"),
        ("[/b] $x$ <i> =1 :dog:", "[/b] $x$ <i> =1 :dog:"),
        ("žluťoučký 歌 🎵", "žluťoučký 歌 🎵"),
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\r\b\n\tb\0", r"a\r\x08\n\tb\x00"),
        ("\u202efdp.exe\u2066", r"\u202efdp.exe\u2066"),
        ("a\u200bb\ufeffc\u2028d", r"a\u200bb\ufeffc\u2028d"),
        ("caf\udce9", r"caf\udce9"),
        (ValueError("bad\x1b[0m"), r"bad\x1b[0m"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text: object, shown: str) -> None:
    assert plain_text(text) == shown


def test_no_control_or_format_character_is_left() -> None:
    shown = plain_text("".join(map(chr, [*range(0x11000), *range(0xE0000, 0xE0200)])))
    assert {unicodedata.category(mark) for mark in shown}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    shown.encode("utf-8")
