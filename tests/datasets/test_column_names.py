from __future__ import annotations

import pytest

from autospeech.datasets.column_names import file_and_label_columns, group_column
from autospeech.datasets.dataset_error import DatasetError


@pytest.mark.parametrize(
    ("columns", "choice", "expected"),
    [
        (["file_name", "label"], {}, ("file_name", "label")),
        (["path", "file", "label"], {}, ("path", "label")),
        (["fname", "label", "verified"], {}, ("fname", "label")),
        (["Filename", "Class", "length"], {}, ("Filename", "Class")),
        (["slice_file_name", "fsID", "fold", "classID", "class"], {}, ("slice_file_name", "class")),
        (["wav", "emotion", "speaker", "group"], {"group": "speaker"}, ("wav", "emotion")),
        (["file", "mood"], {}, ("file", "mood")),
        (["File_Name", "Label"], {}, ("File_Name", "Label")),
        (["File name", "Class", "Split", "Group"], {}, ("File name", "Class")),
        (["path", "mood", "Unnamed: 0", "__index_level_0__", ""], {}, ("path", "mood")),
        (["file", "mood", "speaker"], {"group": "speaker"}, ("file", "mood")),
        (["audio", "class", "genre"], {"label": "genre"}, ("audio", "genre")),
        (["file_name", "class", "label"], {"label": "class"}, ("file_name", "class")),
    ],
)
def test_columns(columns: list[str], choice: dict[str, str], expected: tuple[str, str]) -> None:
    assert file_and_label_columns("t.csv", columns, **choice) == expected


@pytest.mark.parametrize(
    ("columns", "labels", "expected"),
    [
        (["file_name", "label", "speaker"], "label", "speaker"),
        (["file_name", "label", "speaker", "group"], "label", "group"),
        (["file_name", "label", "Speaker ID"], "label", "Speaker ID"),
        (["path", "sentence", "client_id", "gender"], "gender", "client_id"),
        (["file_name", "speaker"], "speaker", ""),
        (["file_name", "label", "speaker", "actor"], "label", ""),
        (["file_name", "label", "room"], "label", ""),
    ],
)
def test_who_is_heard_is_a_group(columns: list[str], labels: str, expected: str) -> None:
    assert group_column(columns, labels) == expected


@pytest.mark.parametrize(
    ("columns", "choice", "message"),
    [
        (["audio", "class", "genre"], {}, r"t.csv: its columns are audio, class, genre; several may be .*--label"),
        (["audio", "mood", "room"], {}, "several may be the labels"),
        (["audio", "wav", "label"], {}, "audio and wav may both name the files, call the right one file_name"),
        (["a.wav", "wren"], {}, "it needs file_name and label, named in its first line: file_name,label"),
        (["sound_of", "label"], {}, "it needs file_name and label"),
        (["file_name"], {}, "it needs file_name and label"),
        (["file_name", "a"], {"label": "b"}, r"there is no 'b', name another with label \(--label\)"),
        (["file_name", "a"], {"group": "b"}, r"there is no 'b', name another with group \(--group\)"),
    ],
)
def test_columns_that_could_be_anything(columns: list[str], choice: dict[str, str], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        file_and_label_columns("t.csv", columns, **choice)
