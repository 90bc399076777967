from __future__ import annotations

import os
from pathlib import Path

import pytest

from autospeech.audio.path_text import path_text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"plain/a b.wav", "plain/a b.wav"),
        ("žlutý kůň/歌.wav".encode(), "žlutý kůň/歌.wav"),
        (b"caf\xe9.wav", r"caf\xe9.wav"),
        (b"a\x1b[31mred.wav", r"a\x1b[31mred.wav"),
        (b"a\nb.wav", r"a\nb.wav"),
    ],
)
def test_any_name_can_be_written_as_utf_8_in_one_line(name: bytes, text: str) -> None:
    shown = path_text(Path(os.fsdecode(name)))
    assert shown == text
    shown.encode("utf-8")
