"""The removal of folders that were made to be hard to remove."""

from __future__ import annotations

import os
import subprocess

import pytest
from ingestion_program import PROGRAM


@pytest.fixture
def remove_tree(monkeypatch):
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    from tree_removal import remove_tree

    return remove_tree


def test_deep_closed_and_odd(tmp_path, remove_tree):
    top = tmp_path / "top"
    top.mkdir()
    folder = os.open(top, os.O_RDONLY)
    for _ in range(600):  # longer than a path may be, for names of this length
        os.mkdir("d" * 20, dir_fd=folder)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    (top / "lifted-1").mkdir()
    (top / "closed" / "below").mkdir(parents=True)
    (top / "closed" / "a\nb\udcff").touch()
    (top / "closed" / "link").symlink_to(tmp_path)
    os.mkfifo(top / "closed" / "pipe")
    (top / "closed" / "below").chmod(0)
    (top / "closed").chmod(0)
    assert remove_tree(top) == []
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_is_told(tmp_path, remove_tree):
    top = tmp_path / "top"
    top.mkdir()
    for number in range(20):
        (top / f"a\n{number}").touch()
    told = remove_tree(top, seconds=0)
    assert len(told) == 1 and "no time was left to remove it" in told[0] and "\n" not in told[0]
    link = tmp_path / "link"
    link.symlink_to(top)
    assert remove_tree(link) == [] and top.is_dir()
    assert remove_tree(tmp_path / "missing") == []


def test_immutable(tmp_path, remove_tree):
    top = tmp_path / "top"
    (top / "folder").mkdir(parents=True)
    (top / "folder" / "x\ny").touch()
    done = subprocess.run(["chattr", "+i", top / "folder" / "x\ny", top / "folder"], capture_output=True, text=True)
    if done.returncode:
        pytest.xfail(f"nothing can be made immutable here: {done.stderr.strip()}")
    assert remove_tree(top) == []
    assert not top.exists()
