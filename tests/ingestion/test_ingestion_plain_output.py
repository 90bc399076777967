"""What a submission prints and raises is shown, and steers no terminal."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_submission_cannot_steer_the_terminal(run_program, data_set, encoding: str) -> None:
    run = run_program(data_set, "steers_the_terminal", "--verbose", "--time_budget", "8", PYTHONIOENCODING=encoding)
    assert run.code == 1
    assert r"\xff\x1b[2Jone\rtwo 歌" in run.stderr
    song = "歌" if encoding == "utf-8" else r"\u6b4c"
    assert rf"raised ValueError: \x1b]52;c;aGk=\x07 {song} \u202e\udce9 in train" in run.stdout
    assert not any(ord(mark) < 32 and mark != "\n" for mark in run.stdout + run.stderr)
    assert b"\xff\x1b[2Jone\rtwo " in (run.output / "submission.log").read_bytes()


def test_a_letter_in_two_pieces_is_echoed_as_one(tmp_path, capfd) -> None:
    import sys

    from ingestion_program import PROGRAM

    sys.path.insert(0, str(PROGRAM.parent))
    try:
        from bounded_log import BoundedLog
    finally:
        sys.path.remove(str(PROGRAM.parent))
    log = BoundedLog(tmp_path / "log", echo=True)
    for piece in ("歌\x1b".encode()[:2], "歌\x1b".encode()[2:]):
        log.write(piece)
    log.close()
    assert capfd.readouterr().err == r"歌\x1b"
    assert (tmp_path / "log").read_text() == "歌\x1b"
