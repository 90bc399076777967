from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings

UTTERANCES = {"ann-1": ("ann", "de"), "ann-2": ("ann", "de"), "bob-1": ("bob", "en"), "bob-2": ("bob", "en")}


def write(path: Path, lines: dict[str, str]) -> None:
    path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))


@pytest.fixture
def recipe(tmp_path: Path, make_sounds) -> Path:
    """A recipe whose `data/train` names files relative to the recipe."""
    make_sounds(tmp_path, [f"corpus/{name}.wav" for name in UTTERANCES])
    data = tmp_path / "data/train"
    data.mkdir(parents=True)
    write(data / "wav.scp", {name: f"corpus/{name}.wav" for name in UTTERANCES})
    write(data / "utt2spk", {name: speaker for name, (speaker, _) in UTTERANCES.items()})
    write(data / "spk2utt", {"ann": "ann-1 ann-2", "bob": "bob-1 bob-2"})
    write(data / "utt2dur", dict.fromkeys(UTTERANCES, "0.1"))
    return tmp_path


def test_labels_beside_speakers(recipe: Path, listed) -> None:
    data = recipe / "data/train"
    write(data / "utt2lang", {name: language for name, (_, language) in UTTERANCES.items()})
    expected = [(f"{name}.wav", language, None, speaker) for name, (speaker, language) in UTTERANCES.items()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert listed(data) == listed(data / "wav.scp") == listed(data, label="lang") == expected
        in_parts = listed(data.parent)
    assert in_parts == [(name, label, "train", group) for name, label, _, group in expected]
    write(data / "spk2gender", {"ann": "f", "bob": "m"})
    assert [label for _, label, _, _ in listed(data, label="gender")] == ["f", "f", "m", "m"]
    write(data / "text", dict(zip(UTTERANCES, ("yes", "no", "yes", "no no"), strict=True)))
    assert [label for _, label, _, _ in listed(data, label="text")] == ["yes", "no", "yes", "no no"]
    write(data / "utt2emotion", dict.fromkeys(UTTERANCES, "calm"))
    with pytest.raises(DatasetError, match=r"several labels; choose one .*: emotion, lang"):
        list_recordings(data)


def test_speakers_are_the_labels_where_there_are_no_others(recipe: Path, listed) -> None:
    with pytest.warns(UserWarning, match="the speakers of utt2spk are learnt as classes"):
        found = listed(recipe / "data/train")
    assert found == [(f"{name}.wav", speaker, None, None) for name, (speaker, _) in UTTERANCES.items()]


def test_parts_of_other_names_are_told_of(recipe: Path, listed) -> None:
    (recipe / "data/train_sp").mkdir()
    write(recipe / "data/train_sp/wav.scp", {"a": "b.wav"})
    with pytest.warns(UserWarning, match="train count, train_sp does not"):
        assert len(listed(recipe / "data", label="spk")) == 4


def test_commands_are_never_run(recipe: Path) -> None:
    scp, proof = recipe / "data/train/wav.scp", recipe / "proof"
    for place in (
        f"touch {proof} |",
        f"sox {recipe}/corpus/ann-1.wav -t wav - |",
        "feats.ark:17",
        f"| touch {proof}",
        "-",
    ):
        scp.write_text(f"ann-1 {place}\n")
        with pytest.raises(DatasetError, match="commands are not run and archives not read"):
            list_recordings(scp.parent, label="spk")
    assert not proof.exists()


@pytest.mark.parametrize(
    ("file", "text", "choice", "message"),
    [
        ("segments", "ann-1 rec-1 0.0 1.0\n", {}, "parts of recordings are not read; write each to a file"),
        ("wav.scp", "", {}, "lists no files"),
        ("wav.scp", "ann-1 a.wav\nann-1 b.wav\n", {"label": "spk"}, "line 2: 'ann-1' is listed twice"),
        ("utt2lang", "ann-1 de\n", {}, r"nothing tells the label of 'ann-2' \(3 such\)"),
        ("utt2lang", "ann-1 de\n", {"label": "mood"}, "no file of labels utt2mood .* from "),
        ("utt2lang", "ann-1 de\n", {"group": "room"}, "its groups are the speakers"),
    ],
)
def test_what_is_refused(recipe: Path, file: str, text: str, choice: dict[str, str], message: str) -> None:
    (recipe / "data/train" / file).write_text(text)
    with pytest.raises(DatasetError, match=message):
        list_recordings(recipe / "data/train", **choice)


def test_without_any_labels(recipe: Path) -> None:
    (recipe / "data/train/utt2spk").unlink()
    with pytest.raises(DatasetError, match=r"no file of labels utt2X beside wav.scp; choose label from dur"):
        list_recordings(recipe / "data/train")
