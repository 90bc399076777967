from __future__ import annotations

import warnings

import pytest

from autospeech.cli.told_warnings import told_warnings


def test_each_text_is_printed_once_and_without_code(capsys: pytest.CaptureFixture[str]) -> None:
    with told_warnings() as told:
        for text in ("one", "two", "one"):
            warnings.warn(text, stacklevel=1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "warning: one\nwarning: two\n"
    assert list(told) == ["one", "two"]
