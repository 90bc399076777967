"""Each command that writes: killed at any moment, twice at a time, on a full disk, in a read-only folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from autospeech.classifier import AutoSpeechClassifier
from autospeech.datasets.autospeech_format import read_autospeech, write_autospeech
from autospeech.datasets.read_dataset import read_dataset

pytestmark = pytest.mark.slow

MOMENTS = 20
# Kills itself when it is about to make, rename or remove the file or folder of a number under a place, or soon after;
# number 0 never comes. Tells how many there were.
KILLED = """
import os, signal, sys, threading
place, moment, delay, told = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
sys.argv[:] = ["autospeech", *sys.argv[5:]]
seen = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def hook(event, arguments):
    global seen
    if event not in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link"):
        return
    if event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        return
    if any(isinstance(each, (str, bytes, os.PathLike)) and os.fsdecode(each).startswith(place) for each in arguments):
        seen += 1
        if seen == moment:
            threading.Timer(delay, die).start() if delay else die()

sys.addaudithook(hook)
from autospeech.cli import app
try:
    app()
finally:
    with open(told, "w") as file:
        file.write(str(seen))
"""
COMMANDS = {
    "fit": "fit SOUNDS --updates 1 --no-pretrained --quiet --out PLACE/fit",
    "predict": "predict MODEL SOUNDS --out PLACE/answers.csv",
    "evaluate": "evaluate MODEL SOUNDS --picture PLACE/confusion.png",
    "inspect": "inspect SOUNDS --picture PLACE/picture.png --json PLACE/findings.json",
    "show": "show SOUND --feature log_mel --out PLACE/features.png",
    "convert": "convert SOUNDS PLACE --to autospeech --name made --overwrite",
    "report": "report PLACE",
    "export": "export MODEL --out PLACE/savedmodel --overwrite",
    "bundle": "bundle --out PLACE/submission.zip --overwrite",
    "competition": "bundle --competition DATASET --out PLACE/competition --overwrite",
    "pretrain": "pretrain CORPORA --network encoder --steps 1 --out PLACE/weights --cache PLACE/cache "
    + " ".join(f"--leave-out {name}" for name in ("arspcmd", "cmn_tone", "drums", "emodb", "espeak", "fsdd")),
    "keywords": "keywords WORDS --way m5-32 --epochs 1 --batch 8 --augment none --out PLACE/keywords",
    "run": "run DATASET --budget 1 --no-warm-start --out PLACE/run",
}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the commands read."""
    folder = tmp_path_factory.mktemp("given")
    rng = np.random.default_rng(0)

    def write(path: Path, hertz: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(8000) / 16000) + 0.05 * rng.normal(size=8000)
        soundfile.write(path, tone, 16000)

    for number in range(24):
        split, label = ("train", "test")[number >= 16], ("low", "high")[number % 2]
        write(folder / "sounds" / split / label / f"{number}.wav", 300 + 900 * (number % 2))
        write(folder / "words" / label / f"speaker{number // 6}_nohash_{number}.wav", 300 + 900 * (number % 2))
    for speaker, part in ((2, "validation"), (3, "testing")):
        lines = (str(path.relative_to(folder / "words")) for path in (folder / "words").rglob(f"speaker{speaker}_*"))
        (folder / "words" / f"{part}_list.txt").write_text("\n".join(lines) + "\n")
    for number in range(4):
        write(folder / "corpora" / "esc10" / f"{number}.flac", 500)
    rows = "".join(f"{number}.flac,rain\n" for number in range(4))
    (folder / "corpora" / "esc10" / "pretraining.csv").write_text(f"file_name,sound\n{rows}")
    dataset = write_autospeech(read_dataset(folder / "sounds", "tones", 0), folder, False)
    clips = [str(path) for path in sorted((folder / "sounds" / "train").rglob("*.wav"))]
    labels = [Path(clip).parent.name for clip in clips]
    model = AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0).fit(clips, labels)
    given = {
        "SOUNDS": folder / "sounds", "SOUND": Path(clips[0]), "MODEL": model.save(folder / "model.autospeech"),
        "DATASET": dataset, "CORPORA": folder / "corpora", "WORDS": folder / "words", "FIT": folder / "fit",
        "SEEN": folder / "seen",
    }  # fmt: skip
    code, told = run("fit", folder, given)
    assert code == 0, told
    return given


def command(name: str, place: Path, given: dict[str, Path], moment: int = 0, delay: float = 0.0) -> list[str]:
    words = [word.replace("PLACE", str(place)) for word in COMMANDS[name].split()]
    kill = [str(place), str(moment), str(delay), str(given["SEEN"])]
    return [sys.executable, "-c", KILLED, *kill, *(str(given.get(word, word)) for word in words)]


def prepared(name: str, place: Path, given: dict[str, Path]) -> None:
    """Make the place as the command wants it."""
    place.mkdir(exist_ok=True)
    if name == "report":
        shutil.copyfile(given["FIT"] / "report.json", place / "report.json")


def run(name: str, place: Path, given: dict[str, Path], moment: int = 0, delay: float = 0.0) -> tuple[int, str]:
    done = subprocess.run(
        command(name, place, given, moment, delay), cwd=given["FIT"].parent, capture_output=True, text=True, timeout=300
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


def is_left_over(path: Path) -> bool:
    return any(part.startswith(".") and part.endswith((".part", ".parts")) for part in path.parts)


def results(name: str, place: Path) -> list[Path]:
    """The files under their final names."""
    files = [path for path in place.rglob("*") if path.is_file() and not is_left_over(path.relative_to(place))]
    if name == "run":
        # What it reads is laid out first; nobody takes that for a result.
        files = [
            path
            for path in files
            if path.relative_to(place / "run").parts[0] not in ("input", "reference", "submission")
        ]
    if name == "pretrain":
        # The cache is whole where its index is.
        files = [path for path in files if path.name != "frames.f16" or (path.parent / "index.npz").is_file()]
    return files


def check_whole(name: str, place: Path) -> None:
    for path in results(name, place):
        content = path.read_bytes()
        if path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".html":
            assert content.rstrip().endswith(b"</html>"), path
        elif path.suffix == ".png":
            assert content.endswith(b"IEND\xaeB`\x82"), path
        elif path.suffix == ".csv":
            assert len(content.splitlines()) == 25, path
            assert content.endswith(b"\n"), path
        elif path.suffix in (".zip", ".npz"):
            assert zipfile.ZipFile(path).testzip() is None, path
        elif path.suffix == ".autospeech":
            AutoSpeechClassifier.load(path)
    if (place / "made").exists():
        assert len(read_autospeech(place / "made").train) == 16
    if (place / "savedmodel").exists():
        assert {path.name for path in (place / "savedmodel").iterdir()} >= {"saved_model.pb", "variables", "assets"}
    if (place / "competition").exists():
        assert (place / "competition" / "scoring_program" / "score.py").is_file()


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_twenty_moments_it_leaves_nothing_half_and_works_again(
    name: str, given: dict[str, Path], tmp_path: Path
) -> None:
    place = tmp_path / "place"
    prepared(name, place, given)
    code, told = run(name, place, given)
    assert code == 0, told
    check_whole(name, place)
    moments = int(given["SEEN"].read_text())
    assert moments > 2
    shutil.rmtree(place)
    prepared(name, place, given)
    killed = 0
    # Each begins with what the one before it has left.
    for number in range(MOMENTS):
        code, told = run(name, place, given, 1 + number * moments // MOMENTS, 0.003 * (number % 3))
        killed += code == -9
        check_whole(name, place)
        if code == 2:
            assert told.startswith("error: ") and "there is something already" in told, told
            shutil.rmtree(place)
            prepared(name, place, given)
    assert killed >= MOMENTS // 3
    code, told = run(name, place, given)
    if code == 2:
        assert "there is something already" in told, told
        shutil.rmtree(place)
        prepared(name, place, given)
        code, told = run(name, place, given)
    assert code == 0, told
    check_whole(name, place)
    assert not [path for path in place.rglob("*") if is_left_over(path)]


@pytest.mark.parametrize("name", COMMANDS)
def test_two_at_a_time_leave_one_whole_result(name: str, given: dict[str, Path], tmp_path: Path) -> None:
    place = tmp_path / "place"
    prepared(name, place, given)
    both = [
        subprocess.Popen(command(name, place, given), cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    ended = [(program.communicate(timeout=300)[1], program.returncode) for program in both]
    assert min(code for _, code in ended) == 0, ended
    for told, code in ended:
        assert "Traceback" not in told
        assert code in (0, 2)
        assert code == 0 or "another program is writing there" in told or "there is something already" in told, told
    check_whole(name, place)
    assert not [path for path in place.rglob("*") if is_left_over(path)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 1 MB."""
    if os.geteuid():
        pytest.skip("only root can mount a small file system; run this test as root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"this machine lets nobody mount a small file system: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return


@pytest.mark.parametrize("state", ["full", "read-only"])
@pytest.mark.parametrize("name", COMMANDS)
def test_where_it_cannot_write_it_says_so_and_leaves_nothing(
    name: str, state: str, given: dict[str, Path], small_disk: Path
) -> None:
    place = small_disk / "place"
    prepared(name, place, given)
    before = results(name, place)
    if state == "full":
        fill(small_disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, told = run(name, place, given)
    assert code == 2, told
    (error,) = (line for line in told.splitlines() if line.startswith("error: "))
    assert str(place) in error
    assert results(name, place) == before
