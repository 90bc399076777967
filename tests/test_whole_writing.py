from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autospeech import whole_writing
from autospeech.whole_writing import BeingWrittenError, WritingError, own_folder, whole_file, whole_folder

# Writes some, says so, and waits to be killed.
HALF = """
import sys, time
from pathlib import Path
from autospeech.whole_writing import own_folder, whole_file, whole_folder
path = Path(sys.argv[2])
with {"file": whole_file, "folder": whole_folder, "own": own_folder}[sys.argv[1]](path) as part:
    if sys.argv[1] != "own":
        (part if sys.argv[1] == "file" else part / "a").write_text("half")
    print("there", flush=True)
    time.sleep(60)
"""


@contextmanager
def half_written(way: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", HALF, way, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "there\n"
            yield writer
        finally:
            writer.kill()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_whole_by_one_and_again_after_it_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("old")
    with half_written("file", path) as writer:
        with (
            pytest.raises(BeingWrittenError, match=r"answers\.csv: another program is writing there"),
            whole_file(path),
        ):
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert path.read_text() == "old"
    assert names(tmp_path) == [".answers.csv.part", "answers.csv"]
    with whole_file(path) as part:
        assert part.read_bytes() == b""
        part.write_text("new")
    assert path.read_text() == "new"
    assert names(tmp_path) == ["answers.csv"]


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_is_written_whole_by_one_and_again_after_it_was_killed(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanges:
        # As where the system knows no renameat2.
        monkeypatch.setattr(whole_writing, "_exchange", lambda first, second: False)
    path = tmp_path / "deep" / "data"
    with whole_folder(path) as part:
        (part / "old").write_text("old")
    with half_written("folder", path) as writer:
        with pytest.raises(BeingWrittenError, match="data: another program is writing there"), whole_folder(path):
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert names(path) == ["old"]
    assert names(path.parent) == [".data.parts", "data"]
    with whole_folder(path) as part:
        assert not names(part)
        (part / "new").write_text("new")
    assert names(path) == ["new"]
    assert names(path.parent) == ["data"]


def test_a_folder_and_a_file_take_each_others_place(tmp_path: Path) -> None:
    path = tmp_path / "model"
    with whole_file(path) as part:
        part.write_text("file")
    with whole_folder(path) as part:
        (part / "a").write_text("folder")
    with pytest.raises(WritingError, match="model: it cannot be written: Is a directory"), whole_file(path):
        pass
    assert names(path) == ["a"]
    with whole_file(path, over_folder=True) as part:
        part.write_text("file")
    assert path.read_text() == "file"
    assert names(tmp_path) == ["model"]


def test_what_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    for way in (whole_file, whole_folder):
        with pytest.raises(KeyboardInterrupt), way(path):
            raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


def test_a_folder_is_one_programs_alone_until_that_ends(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "first"
    with half_written("own", folder) as writer:
        with pytest.raises(BeingWrittenError, match="first: another program is writing there"), own_folder(folder):
            pass
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    (folder / ".model.part").write_text("what a killed program left of a file")
    with own_folder(folder):
        (folder / "model").write_text("whole")
    with (
        pytest.raises(FileExistsError, match="first: there is something already; name a new"),
        own_folder(folder),
    ):
        pass
    with own_folder(folder, new=False):
        pass
    with pytest.raises(FileExistsError, match="model: it is no folder"), own_folder(folder / "model"):
        pass
    with pytest.raises(ValueError, match="bad input"), own_folder(tmp_path / "second"):
        raise ValueError("bad input")
    assert names(tmp_path) == ["runs"]


def test_a_full_disk_is_told_by_the_name_that_was_asked_for(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for way, path in ((whole_file, tmp_path / "file"), (whole_folder, tmp_path / "folder")):
        # No file may grow beyond the limit, which ends as a full disk does: in the middle of writing.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        try:
            with pytest.raises(WritingError) as raised, way(path) as part:
                (part if part.is_file() else part / "a").write_bytes(bytes(2000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert str(raised.value) == f"{path}: it cannot be written: File too large; make room or write elsewhere"
        assert raised.value.errno == errno.EFBIG
    assert not names(tmp_path)


def test_a_place_where_nothing_can_be_written_is_told() -> None:
    # Root too can make nothing there.
    for way in (whole_file, whole_folder, own_folder):
        with (
            pytest.raises(WritingError, match=r"^/proc/new: it cannot be written: .*; write elsewhere$"),
            way(Path("/proc/new")),
        ):
            pass


def test_other_errors_are_left_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised, whole_file(tmp_path / "file"):
        (tmp_path / "sound.wav").read_bytes()
    assert raised.value.filename == str(tmp_path / "sound.wav")
    with pytest.raises(BrokenPipeError), whole_file(tmp_path / "file"):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
