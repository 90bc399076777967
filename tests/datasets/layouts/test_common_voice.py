from __future__ import annotations

from pathlib import Path

import pytest

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.list_recordings import list_recordings

HEADER = "client_id\tpath\tsentence_id\tsentence\tup_votes\tdown_votes\tage\tgender\taccents\tlocale"
# The quotation mark is one of the sentence alone, and no quoting.
PEOPLE = [("ann", "female"), ("ann", "female"), ("bob", "male"), ("cai", ""), ("dee", "female"), ("eve", "male")]


def row(number: int) -> str:
    who, gender = PEOPLE[number]
    return f'{who}\tcv_{number}.wav\t{number}\t"So it begins.\t2\t0\ttwenties\t{gender}\t\ten'


@pytest.fixture
def corpus(tmp_path: Path, make_sounds) -> Path:
    folder = make_sounds(tmp_path / "cv-corpus/en", [f"clips/cv_{number}.wav" for number in range(6)])
    parts = {"train.tsv": (0, 1), "dev.tsv": (2, 3), "test.tsv": (4, 5), "validated.tsv": range(6)}
    for name, numbers in parts.items():
        (folder / name).write_text("\n".join([HEADER, *map(row, numbers)]) + "\n")
    return folder


def test_the_label_is_chosen_and_speakers_are_groups(corpus: Path, listed) -> None:
    expected = [
        ("cv_0.wav", "female", "train", "ann"),
        ("cv_1.wav", "female", "train", "ann"),
        ("cv_2.wav", "male", "train", "bob"),
        ("cv_4.wav", "female", "test", "dee"),
        ("cv_5.wav", "male", "test", "eve"),
    ]
    for named in (corpus, corpus.parent, corpus / "clips"):
        with pytest.warns(UserWarning, match="1 of 6 clips are left out, since their gender is not told"):
            assert listed(named, label="gender") == expected
    with pytest.warns(UserWarning, match="left out"):
        found = listed(corpus / "validated.tsv", label="gender")
    assert found == [(name, label, None, who) for name, label, _, who in expected]
    assert len(listed(corpus, label="age", group="locale")) == 6


def test_without_parts_what_is_validated_counts(corpus: Path, listed) -> None:
    for name in ("train.tsv", "dev.tsv", "test.tsv"):
        (corpus / name).unlink()
    assert {split for _, _, split, _ in listed(corpus, label="sentence")} == {None}


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({}, "choose what to learn with label .* from sentence, age, gender, accents, locale"),
        ({"label": "colour"}, "no column 'colour'"),
        ({"label": "gender", "group": "colour"}, "no column 'colour'"),
        ({"label": "accents"}, "none of its 6 clips tells the accents"),
    ],
)
def test_what_cannot_be_learnt(corpus: Path, choice: dict[str, str], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        list_recordings(corpus, **choice)


def test_every_part_has_the_columns(corpus: Path) -> None:
    table = corpus / "test.tsv"
    table.write_text(table.read_text().replace("\tpath\t", "\tfile\t"))
    with pytest.raises(DatasetError, match=r"test\.tsv: it has no column path; copy it again"):
        list_recordings(corpus, label="gender")
