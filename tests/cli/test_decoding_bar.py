from __future__ import annotations

from pathlib import Path

import pytest

from autospeech.audio.decode import AudioDecodeError
from autospeech.cli.decoding_bar import decoding_bar


def show(capsys: pytest.CaptureFixture[str]) -> str:
    with decoding_bar("listening") as (decoded, left_out):
        decoded(1, 3)
        left_out(AudioDecodeError(Path("[b]a[/b].wav"), "the file is empty", "leave it out"))
        decoded(3, 3)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_files_left_out_are_told_without_a_terminal_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert show(capsys) == "left out: [b]a[/b].wav: the file is empty; leave it out\n"


def test_a_terminal_shows_what_is_done(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = show(capsys)
    assert "listening" in shown
    assert "3/3" in shown
    assert "left out: [b]a[/b].wav" in shown
