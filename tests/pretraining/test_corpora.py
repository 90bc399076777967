from __future__ import annotations

import csv
from pathlib import Path

import pytest

from autospeech.datasets.dataset_error import DatasetError
from autospeech.networks.encoder import load_encoder
from autospeech.pretraining.corpora import HEADS, MADE, SOURCES, corpora_left_out, fingerprint, read_corpora
from autospeech.pretraining.espeak_speech import HELD_OUT_VOICES


def test_no_clip_of_a_test_split_is_used(data_dir: Path) -> None:
    used = {clip.path.resolve() for clip in read_corpora(data_dir)}
    assert len(used) > 10000
    tables = [table for table in sorted(data_dir.glob("*/*.csv")) if table.stem != "pretraining"]
    assert len(tables) == 9
    for table in tables:
        with table.open(encoding="utf-8", newline="") as file:
            tested = {
                (table.parent / row["file_name"]).resolve() for row in csv.DictReader(file) if row["split"] == "test"
            }
        assert tested
        assert not used & tested, f"{table} tests on clips that train the encoder"


def test_the_model_card_names_the_recordings_and_the_file_is_small(data_dir: Path, root: Path) -> None:
    weights = root / "autospeech" / "weights"
    assert fingerprint(read_corpora(data_dir)) in (weights / "encoder.md").read_text("utf-8")
    assert (weights / "encoder.npz").stat().st_size < 4e6
    assert load_encoder().output_shape == (None, 1280)


def test_voices_that_a_task_holds_out_say_nothing(data_dir: Path) -> None:
    with (data_dir / "espeak_language" / "language.csv").open(encoding="utf-8", newline="") as file:
        tested = {row["group"] for row in csv.DictReader(file) if row["split"] == "test"}
    assert tested == HELD_OUT_VOICES


def test_every_clip_has_the_labels_of_its_corpus_and_left_out_corpora_are_out(data_dir: Path) -> None:
    clips = read_corpora(data_dir, leave_out=["emodb", "espeak"])
    assert {clip.corpus for clip in clips} == set(HEADS) - {"emodb", "espeak_language", MADE}
    for clip in clips:
        assert set(clip.labels) == {f"{clip.corpus}/{column}" for column in HEADS[clip.corpus]}


def test_sources_are_heads() -> None:
    assert {f"{corpus}/{column}" for corpus, columns in HEADS.items() for column in columns} >= SOURCES


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot leave out emo; there are arspcmd"):
        corpora_left_out(["emo", "fsdd"])
    others = set(HEADS) - {"fsdd"}
    with pytest.raises(DatasetError, match=r"fsdd.pretraining\.csv: there is no such table"):
        read_corpora(tmp_path, leave_out=others)
    (tmp_path / "fsdd").mkdir()
    (tmp_path / "fsdd" / "pretraining.csv").write_text("file_name,digit\na.flac,1\n", "utf-8")
    with pytest.raises(DatasetError, match="lacks the columns speaker"):
        read_corpora(tmp_path, leave_out=others)
