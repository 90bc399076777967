"""Sounds of the city and of Freesound: UrbanSound8K, ESC-50, FSDKaggle and FSD50K."""

from __future__ import annotations

from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.layouts.table_layout import TableLayout

_URBANSOUND8K = TableLayout(
    (("metadata/UrbanSound8K.csv", "audio/fold{fold}/{slice_file_name}", None),), "class", "fsID", "fold"
)
_ESC50 = TableLayout((("meta/esc50.csv", "audio/{filename}", None),), "category", "src_file", "fold")
# Each of their clips is of a source of its own, so that sources would say nothing.
_FSDKAGGLE2018 = TableLayout(
    (
        ("FSDKaggle2018.meta/train_post_competition.csv", "FSDKaggle2018.audio_train/{fname}", "train"),
        ("FSDKaggle2018.meta/test_post_competition_scoring_clips.csv", "FSDKaggle2018.audio_test/{fname}", "test"),
    ),
    "label",
)
_FSDKAGGLE2019 = TableLayout(
    (
        ("FSDKaggle2019.meta/train_curated_post_competition.csv", "FSDKaggle2019.audio_train_curated/{fname}", "train"),
        ("FSDKaggle2019.meta/train_noisy_post_competition.csv", "FSDKaggle2019.audio_train_noisy/{fname}", "train"),
        ("FSDKaggle2019.meta/test_post_competition.csv", "FSDKaggle2019.audio_test/{fname}", "test"),
    ),
    "labels",
    separator=",",
)
_FSD50K = TableLayout(
    (
        ("FSD50K.ground_truth/dev.csv", "FSD50K.dev_audio/{fname}.wav", "train"),
        ("FSD50K.ground_truth/eval.csv", "FSD50K.eval_audio/{fname}.wav", "test"),
    ),
    "labels",
    separator=",",
)
# The competitions gave no labels of the test clips; whoever put the table published later beside them has them.
_KAGGLE2018 = TableLayout(
    (
        ("train.csv", "audio_train/{fname}", "train"),
        ("train_post_competition.csv", "audio_train/{fname}", "train"),
        ("test_post_competition_scoring_clips.csv", "audio_test/{fname}", "test"),
    ),
    "label",
)
_KAGGLE2019 = TableLayout(
    (
        ("train_curated.csv", "train_curated/{fname}", "train"),
        ("train_noisy.csv", "train_noisy/{fname}", "train"),
        ("test_post_competition.csv", "test/{fname}", "test"),
    ),
    "labels",
    separator=",",
)

TABLE_LAYOUTS = (
    Layout(
        "UrbanSound8K",
        "metadata/UrbanSound8K.csv, audio/fold1 to fold10",
        _URBANSOUND8K.read,
        ("audio", "audio/fold*", "metadata"),
    ),
    Layout("ESC-50", "meta/esc50.csv, audio", _ESC50.read, ("audio", "meta")),
    Layout("FSDKaggle2018", "FSDKaggle2018.meta, FSDKaggle2018.audio_train", _FSDKAGGLE2018.read, ("FSDKaggle2018.*",)),
    Layout(
        "FSDKaggle2019",
        "FSDKaggle2019.meta, FSDKaggle2019.audio_train_curated",
        _FSDKAGGLE2019.read,
        ("FSDKaggle2019.*",),
    ),
    Layout("FSD50K", "FSD50K.ground_truth, FSD50K.dev_audio, FSD50K.eval_audio", _FSD50K.read, ("FSD50K.*",)),
    Layout("FSDKaggle2018 at Kaggle", "train.csv, audio_train", _KAGGLE2018.read, ("audio_train", "audio_test")),
    Layout(
        "FSDKaggle2019 at Kaggle",
        "train_curated.csv, train_curated",
        _KAGGLE2019.read,
        ("train_curated", "train_noisy"),
    ),
)
