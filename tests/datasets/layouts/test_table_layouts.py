"""Small copies of UrbanSound8K, ESC-50, FSDKaggle and FSD50K."""

from __future__ import annotations

from pathlib import Path

import pytest

from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.decode_recordings import decode_recordings
from autospeech.datasets.inspection import inspect_recordings
from autospeech.datasets.list_recordings import list_recordings, source_name

# file, fsID, fold, class
URBAN = [
    ("100032-3-0-0.wav", "100032", 1, "dog_bark"),
    ("100032-3-0-1.wav", "100032", 1, "dog_bark"),
    ("100263-2-0-3.wav", "100263", 1, "siren"),
    ("100648-1-0-0.wav", "100648", 2, "dog_bark"),
    ("100652-3-0-0.wav", "100652", 2, "siren"),
    ("100652-3-0-1.wav", "100652", 2, "siren"),
    ("100795-3-0-0.wav", "100795", 3, "dog_bark"),
    ("100799-3-0-0.wav", "100799", 3, "siren"),
    ("100801-3-0-0.wav", "100801", 10, "dog_bark"),
    ("100802-3-0-0.wav", "100802", 10, "siren"),
]


@pytest.fixture
def urbansound8k(tmp_path: Path, make_sounds) -> Path:
    folder = make_sounds(tmp_path / "UrbanSound8K", [f"audio/fold{fold}/{name}" for name, _, fold, _ in URBAN])
    lines = [f"{name},{source},0.0,4.0,1,{fold},3,{label}" for name, source, fold, label in URBAN]
    write(folder / "metadata/UrbanSound8K.csv", "slice_file_name,fsID,start,end,salience,fold,classID,class", *lines)
    return folder


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def test_urbansound8k(urbansound8k: Path, listed) -> None:
    assert listed(urbansound8k) == [(name, label, None, f"fold {fold}") for name, _, fold, label in URBAN]
    assert [one.source for one in list_recordings(urbansound8k)] == [source for _, source, _, _ in URBAN]
    assert list_recordings(urbansound8k)[0].path == urbansound8k / "audio/fold1/100032-3-0-0.wav"


@pytest.mark.parametrize("named", ["metadata", "metadata/UrbanSound8K.csv", "audio", ".."])
def test_parts_of_urbansound8k_name_it(urbansound8k: Path, listed, named: str) -> None:
    assert listed(urbansound8k / named if named != ".." else urbansound8k.parent) == listed(urbansound8k)


def test_a_fold_alone(urbansound8k: Path, listed) -> None:
    assert listed(urbansound8k / "audio/fold2") == listed(urbansound8k)[3:6]


@pytest.mark.parametrize(
    ("here", "named"),
    [("metadata", "UrbanSound8K.csv"), ("audio", "fold2"), ("audio/fold2", "."), ("metadata", "../audio")],
)
def test_from_within(urbansound8k: Path, listed, monkeypatch: pytest.MonkeyPatch, here: str, named: str) -> None:
    monkeypatch.chdir(urbansound8k / here)
    found = listed(Path(named))
    monkeypatch.chdir("/")
    assert found == (listed(urbansound8k)[3:6] if "fold2" in f"{here}{named}" else listed(urbansound8k))


def test_other_columns_are_chosen(urbansound8k: Path, listed) -> None:
    assert listed(urbansound8k, label="salience", group="fsID")[0] == ("100032-3-0-0.wav", "1", None, "100032")
    for choice in ({"label": "colour"}, {"group": "colour"}):
        with pytest.raises(DatasetError, match=r"no column 'colour'; choose .* from slice_file_name, fsID"):
            list_recordings(urbansound8k, **choice)


def test_folds_that_tear_sources_apart_are_no_groups(urbansound8k: Path, listed) -> None:
    table = urbansound8k / "metadata/UrbanSound8K.csv"
    (urbansound8k / "audio/fold1/100032-3-0-1.wav").rename(urbansound8k / "audio/fold2/100032-3-0-1.wav")
    table.write_text(
        table.read_text().replace("100032-3-0-1.wav,100032,0.0,4.0,1,1", "100032-3-0-1.wav,100032,0.0,4.0,1,2")
    )
    assert [group for _, _, _, group in listed(urbansound8k)] == [source for _, source, _, _ in URBAN]


def test_whole_folds_are_held_out_and_sources_stay_visible(urbansound8k: Path) -> None:
    recordings = list_recordings(urbansound8k)
    dataset = decode_recordings("urban", recordings)
    assert dataset.label_names == ("dog_bark", "siren")
    assert len(dataset.test) in (2, 3)
    found = inspect_recordings(recordings)
    assert found.groups == ("fold 1", "fold 10", "fold 2", "fold 3")
    assert len(found.sources) == 8
    assert found.as_json()["recordings"][0]["source"] == "100032"


def test_a_table_of_that_name_with_other_columns_is_any_table(urbansound8k: Path) -> None:
    write(urbansound8k / "metadata/UrbanSound8K.csv", "a,b", "1,2")
    with pytest.raises(DatasetError, match="its columns are a, b"):
        list_recordings(urbansound8k / "metadata/UrbanSound8K.csv")


def test_esc50(tmp_path: Path, make_sounds, listed) -> None:
    rows = [
        (f"{fold}-{fold}00{n}-A-{n}.wav", fold, ("dog", "rain")[n], f"{fold}00{n}")
        for fold in range(1, 6)
        for n in (0, 1)
    ]
    folder = make_sounds(tmp_path / "ESC-50-master", [f"audio/{row[0]}" for row in rows])
    lines = [f"{name},{fold},{n % 2},{label},True,{source},A" for n, (name, fold, label, source) in enumerate(rows)]
    write(folder / "meta/esc50.csv", "filename,fold,target,category,esc10,src_file,take", *lines)
    write(folder / "meta/esc50-human.csv", "a", "b")
    expected = [(name, label, None, f"fold {fold}") for name, fold, label, _ in rows]
    for named in (folder, folder / "audio", folder / "meta/esc50.csv", folder.parent):
        assert listed(named) == expected
    assert [one.source for one in list_recordings(folder)] == [source for *_, source in rows]
    assert source_name(folder) == "ESC-50-master"


@pytest.mark.parametrize(
    ("train", "audio_train", "test", "audio_test"),
    [
        (
            "FSDKaggle2018.meta/train_post_competition.csv",
            "FSDKaggle2018.audio_train",
            "FSDKaggle2018.meta/test_post_competition_scoring_clips.csv",
            "FSDKaggle2018.audio_test",
        ),
        ("train.csv", "audio_train", "test_post_competition_scoring_clips.csv", "audio_test"),
    ],
)
def test_fsdkaggle2018(
    tmp_path: Path, make_sounds, listed, train: str, audio_train: str, test: str, audio_test: str
) -> None:
    names = [f"{audio_train}/{n:08x}.wav" for n in range(8)] + [f"{audio_test}/{n:08x}.wav" for n in range(4)]
    folder = make_sounds(tmp_path / "fsd", names)
    labels = ("Bark", "Hi-hat")
    write(folder / train, "fname,label,manually_verified", *(f"{n:08x}.wav,{labels[n % 2]},1" for n in range(8)))
    alone = [(f"{n:08x}.wav", labels[n % 2], "train", None) for n in range(8)]
    assert listed(folder) == listed(folder / train) == listed(folder / audio_train) == alone
    write(folder / test, "fname,label,usage", *(f"{n:08x}.wav,{labels[n % 2]},Public" for n in range(4)))
    tested = [(f"{n:08x}.wav", labels[n % 2], "test", None) for n in range(4)]
    assert listed(folder) == alone + tested
    assert listed(folder / audio_test) == listed(folder / test) == tested


@pytest.mark.parametrize("layout", ["zenodo", "kaggle"])
def test_fsdkaggle2019(tmp_path: Path, make_sounds, listed, layout: str) -> None:
    meta, audio = ("FSDKaggle2019.meta/", "FSDKaggle2019.audio_") if layout == "zenodo" else ("", "")
    tables = ["train_curated.csv", "train_noisy.csv", "test_post_competition.csv"]
    if meta:
        tables[:2] = ["train_curated_post_competition.csv", "train_noisy_post_competition.csv"]
    parts = ["train_curated", "train_noisy", "test"]
    names = {part: [f"{part}{n}.wav" for n in range(4)] for part in parts}
    folder = make_sounds(tmp_path / "fsd", [f"{audio}{part}/{name}" for part in parts for name in names[part]])
    several = ['"Bark,Purr"', "Purr", "Bark", "Run"]
    for table, part in zip(tables, parts, strict=True):
        write(folder / f"{meta}{table}", "fname,labels", *map(",".join, zip(names[part], several, strict=True)))
    told = ["Bark|Purr", "Purr", "Bark", "Run"]
    assert listed(folder) == [
        (name, label, "test" if part == "test" else "train", None)
        for part in parts
        for name, label in zip(names[part], told, strict=True)
    ]


def test_fsd50k(tmp_path: Path, make_sounds, listed) -> None:
    folder = make_sounds(
        tmp_path / "FSD50K", [f"FSD50K.{part}_audio/{n}.wav" for part in ("dev", "eval") for n in range(3)]
    )
    for part, split in (("dev", ",split"), ("eval", "")):
        rows = [f'{n},"Bark,Dog",/m/1{",train" if split else ""}' for n in range(3)]
        write(folder / f"FSD50K.ground_truth/{part}.csv", f"fname,labels,mids{split}", *rows)
    assert listed(folder) == [(f"{n}.wav", "Bark|Dog", split, None) for split in ("train", "test") for n in range(3)]
