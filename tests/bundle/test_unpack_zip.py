"""Zip files of strangers are refused before anything of them is written, and a look tells what is missing."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autospeech.bundle import unpack_zip as module
from autospeech.bundle.bundle_error import BundleError
from autospeech.bundle.check_submission import check_submission
from autospeech.bundle.submission_zip import write_submission
from autospeech.bundle.unpack_zip import unpack_zip
from autospeech.bundle.write_zip import write_zip

GOOD = b"class Model:\n    done_training = False\n    def train(self): ...\n    def test(self): ...\n"


def entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("x")
    made.filename = made.orig_filename = name
    made.external_attr = mode << 16
    return made


def put(*entries: tuple[zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_STORED) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for info, content in entries:
                archive.writestr(info, content, compression)

    return write


def encrypted(path: Path) -> None:
    put((entry("model.py"), GOOD))(path)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)


def damaged(path: Path) -> None:
    put((entry("model.py"), GOOD))(path)
    path.write_bytes(path.read_bytes().replace(b"class Model", b"clasz Model"))


def lies(path: Path) -> None:
    """Says that 100 MB are 1 kB."""
    put((entry("model.py"), bytes(100_000_000)), compression=zipfile.ZIP_DEFLATED)(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((100_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")))


def without_a_name(path: Path) -> None:
    put((entry("x"), b""))(path)
    data = bytearray(path.read_bytes())
    for mark, length, other in ((b"PK\x03\x04", 26, 28), (b"PK\x01\x02", 28, 32)):
        data[data.index(mark) + length], data[data.index(mark) + other] = 0, 1
    path.write_bytes(data)


def name_that_is_no_text(path: Path) -> None:
    put((entry("ä.py"), GOOD))(path)
    path.write_bytes(path.read_bytes().replace("ä".encode(), b"\xff\xfe"))


MANY = [(entry(f"{number}.txt"), b"") for number in range(module.MOST_FILES + 1)]


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (put((entry("a.txt"), b"1"), (entry("../b.txt"), b"2")), "'../b.txt' leads out of the folder"),
        (put((entry("a/../../b.txt"), b"2")), "leads out"),
        (put((entry("..\\b.txt"), b"2")), "leads out"),
        (put((entry("/etc/b.txt"), b"2")), "'/etc/b.txt' is an absolute path"),
        (put((entry("C:\\b.txt"), b"2")), "absolute path"),
        (put((entry("a\\b.txt"), b"2")), "no portable name"),
        (put((entry("link", stat.S_IFLNK | 0o777), b"/etc/passwd")), "'link' is a symbolic link"),
        (put((entry("pipe", stat.S_IFIFO | 0o666), b"")), "neither a file nor a folder"),
        (put((entry("zeros"), bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED), "100 times what it holds"),
        (put(*MANY), "10,001 files, more than 10,000"),
        (put((entry("a.txt"), b"1"), (entry("a.txt"), b"2")), "'a.txt' is in it twice"),
        (encrypted, "encrypted"),
        (damaged, "damaged"),
        (lies, "damaged"),
        (without_a_name, "damaged"),
        (name_that_is_no_text, "damaged"),
        (lambda path: path.write_bytes(b"no zip"), "no zip file"),
        (lambda path: path.write_bytes(b""), "no zip file"),
        (lambda path: path.mkdir(), "no such file"),
        (lambda path: None, "no such file"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_unsafe_zip_files_are_refused(write: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    path, folder = tmp_path / "a.zip", tmp_path / "inside" / "folder"
    write(path)
    with pytest.raises(BundleError, match=says) as caught:
        unpack_zip(path, folder)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    # Nothing outside, and of what is refused at a look nothing inside.
    assert {file.name for file in tmp_path.rglob("*")} <= {"a.zip", "inside", "folder", "model.py"}
    assert sum(file.stat().st_size for file in folder.rglob("*")) <= 1000
    if "damaged" not in says:
        assert not folder.exists()


def test_too_many_bytes_are_refused_even_where_they_hardly_shrink(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    put((entry("a.bin"), bytes(range(256)) * 4))(tmp_path / "a.zip")
    with pytest.raises(BundleError, match="1,024 bytes, more than 1,000"):
        unpack_zip(tmp_path / "a.zip", tmp_path / "folder")


def test_what_is_sound_is_unpacked(tmp_path: Path) -> None:
    put((entry("a/"), b""), (entry("a/b.txt", stat.S_IFREG | 0o644), b"1"), (entry("zeros"), bytes(10**6)))(
        tmp_path / "a.zip"
    )
    unpack_zip(tmp_path / "a.zip", tmp_path / "folder")
    assert (tmp_path / "folder" / "a" / "b.txt").read_bytes() == b"1"
    assert (tmp_path / "folder" / "zeros").stat().st_size == 10**6


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"model.py": GOOD}, []),
        ({"model.py": b"from net import Model"}, []),
        ({"model.py": b"import net\nModel = net.Net"}, []),
        ({"model.py": b"import net\nclass Model(net.Net): ..."}, []),
        ({"model.py": GOOD.replace(b"def test", b"def tset")}, ["no method test"]),
        ({"model.py": GOOD.replace(b"done_training", b"done")}, ["never sets done_training"]),
        ({"model.py": b"class Net: ..."}, ["no class Model"]),
        ({"model.py": b"raise SystemExit(print('ran'))\nclass Model(object): ..."}, ["train", "test", "done_training"]),
        ({"model.py": b"class Model"}, ["no Python"]),
        ({"model.py": b"class Model: \0"}, ["no Python"]),
        ({"model.py": b"(" * 50_000}, ["no Python"]),
        ({"mine/model.py": GOOD}, ["one is in mine/: zip what is in that folder"]),
        ({"train.py": GOOD}, ["model.py: not at the top"]),
        ({}, ["model.py: not at the top"]),
    ],
)
def test_what_a_submission_lacks(files: dict[str, bytes], missing: list[str], tmp_path: Path, capfd) -> None:
    write_zip(tmp_path / "a.zip", files)
    found = check_submission(tmp_path / "a.zip")
    assert len(found.missing) == len(missing)
    for line, says in zip(found.missing, missing, strict=True):
        assert says in line
    assert found.files == len(files)
    assert found.unpacked == sum(map(len, files.values()))
    # It is read, not run.
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(("platform", "remark"), [("codabench", "no metadata"), ("codalab", "metadata: CodaLab wants")])
def test_our_own_submission_lacks_nothing(platform, remark: str, tmp_path: Path) -> None:
    size = write_submission(tmp_path / "a.zip", platform=platform)
    found = check_submission(tmp_path / "a.zip")
    assert found.missing == ()
    assert found.size == size
    assert found.remarks[0].startswith(remark)
