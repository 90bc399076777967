"""AutoDL data: a run on TFRecords, and the reader on every kind of matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ingestion_program import PROGRAM


def _feature(values):
    import tensorflow as tf

    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def _write_records(path: Path, examples) -> None:
    """Each example: a dict of context features, and a dict of feature lists."""
    import tensorflow as tf

    with tf.io.TFRecordWriter(str(path)) as writer:
        for context, lists in examples:
            features = {key: _feature(values) for key, values in context.items()}
            sequences = {
                key: tf.train.FeatureList(feature=[_feature(step) for step in steps]) for key, steps in lists.items()
            }
            message = tf.train.SequenceExample(
                context=tf.train.Features(feature=features),
                feature_lists=tf.train.FeatureLists(feature_list=sequences),
            )
            writer.write(message.SerializeToString())


METADATA = """# of a stranger
sample_count: {count}; output_dim: 3
sequence_size: -1 is_sequence: false
matrix_spec {{ col_count: 1 row_count: 1, is_sparse: false num_channels: 1 format: DENSE }}
label_to_index_map < key: "a b" value: 0 >
label_to_index_map {{ key: '\\303\\274' value: 1 }}
label_to_index_map {{ value: 2 key: "c" }}
"""


@pytest.fixture
def autodl_data_set(tmp_path: Path) -> Path:
    labels = [([0], [1.0]), ([1, 2], [1.0, 1.0]), ([2], [0.5])]
    # Those of the test are erased before anybody reads them, so that they may be anything.
    hidden = [([-1], [1.0]), ([7, 2], [1.0]), ([2], [0.5])]
    for split, lengths, told in (("train", [3, 5, 70], labels), ("test", [4, 1, 90, 2], hidden)):
        folder = tmp_path / "data" / "tiny.data" / split
        folder.mkdir(parents=True)
        (folder / "metadata.textproto").write_text(METADATA.format(count=len(lengths)))
        examples = [
            (
                {"id": [number], "label_index": told[number % 3][0], "label_score": told[number % 3][1]},
                {"0_dense_input": [[float(number + 1)]] * length},
            )
            for number, length in enumerate(lengths)
        ]
        _write_records(folder / f"sample-{split}-0", examples)
    return tmp_path / "data"


def test_a_run(run_program, autodl_data_set):
    run = run_program(autodl_data_set, "autodl_probe", "--time_budget", "60")
    assert run.code == 0, run.stdout + run.stderr
    # Row by row: the mean of the example, in order; the sum of its label; whether the file tells of labels.
    assert run.predictions[0].tolist() == [[1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0]]
    assert run.start["start_time"] < run.stamps[0] < run.start["start_time"] + 60
    test_file = autodl_data_set / "tiny.data" / "test" / "sample-test-0"
    whole = test_file.read_bytes()
    for damaged, words in ((whole[:-9], "cut short in record 3"), (b"x" * 40, "does not begin as a TFRecord does")):
        test_file.write_bytes(damaged)
        run = run_program(autodl_data_set, "autodl_probe")
        assert run.code == 2
        assert words in run.stdout
    test_file.unlink()
    assert "no records; looked for sample*" in run_program(autodl_data_set, "autodl_probe").stdout
    (test_file.parent / "metadata.textproto").write_text("sample_count: {")
    run = run_program(autodl_data_set, "autodl_probe")
    assert run.code == 2
    assert "metadata.textproto" in run.stdout


def _is_refused(run_program, data_set: Path, *words: str) -> None:
    run = run_program(data_set, "autodl_probe")
    assert run.code == 2, run.stdout
    assert all(word in run.stdout for word in words), run.stdout
    assert len(run.stdout.splitlines()) == 1 and "Traceback" not in run.stderr


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_wrong_number_of_records_is_refused(run_program, autodl_data_set, split):
    folder = autodl_data_set / "tiny.data" / split
    count = {"train": 3, "test": 4}[split]
    for stated in (count - 1, count + 1):
        (folder / "metadata.textproto").write_text(METADATA.format(count=stated))
        words = f"{split}/metadata.textproto: sample_count is {stated}, but", f"holds {count} records in 1 files"
        _is_refused(run_program, autodl_data_set, *words)
    (folder / "metadata.textproto").write_text(METADATA.format(count=count))
    (folder / f"sample-{split}-0").rename(folder / f"sample-{split}-00000-of-00002")
    _is_refused(run_program, autodl_data_set, f"sample-{split}-00001-of-00002 is missing: 1 of the 2 files")


def test_labels_of_no_class_are_refused(run_program, autodl_data_set):
    train = autodl_data_set / "tiny.data" / "train"
    right = {"label_index": [1, 2], "label_score": [1.0, 1.0]}
    sound = {"0_dense_input": [[0.5]] * 3}
    for wrong, words in (
        ({"label_index": [0, -1]}, "record 1 has the label index -1; output_dim is 3, so that it must be from 0 to 2"),
        ({"label_index": [3, 0]}, "record 1 has the label index 3; output_dim is 3"),
        ({"label_score": [1.0]}, "record 1 has 2 label indices and 1 label scores"),
    ):
        _write_records(train / "sample-train-0", [(right, sound), (right | wrong, sound), (right, sound)])
        _is_refused(run_program, autodl_data_set, "train/sample-train-0", words)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("sequence_size: -1", 'sequence_size: "many"', "sequence_size is a str; a whole number is needed"),
        ("row_count: 1", "row_count: 1.5", "row_count is a float"),
        ("num_channels: 1", "num_channels { a: 1 }", "num_channels is a dict"),
        ('key: "a b"', "key { a: 1 }", "label_to_index_map holds something else"),
        ('value: 2 key: "c"', 'value: "2" key: "c"', "label_to_index_map holds something else"),
        (
            'label_to_index_map < key: "a b" value: 0 >',
            "feature_to_index_map: 3",
            "feature_to_index_map holds something",
        ),
    ],
)
def test_metadata_of_other_kinds_are_refused(tmp_path, monkeypatch, right, wrong, message):
    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    from autodl_metadata import AutoDLMetadata

    text = METADATA.format(count=3)
    (tmp_path / "metadata.textproto").write_text(text)
    assert AutoDLMetadata(tmp_path).get_label_to_index_map() == {"a b": 0, "ü": 1, "c": 2}
    assert right in text
    (tmp_path / "metadata.textproto").write_text(text.replace(right, wrong))
    with pytest.raises(ValueError, match=message):
        AutoDLMetadata(tmp_path)


def test_every_kind_of_matrix(tmp_path, monkeypatch):
    import tensorflow as tf

    monkeypatch.syspath_prepend(str(PROGRAM.parent))
    from autodl_dataset import read_dataset
    from autodl_metadata import AutoDLMetadata

    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    context = {"label_index": [1], "label_score": [1.0]}
    lists = {
        "0_dense_input": [[float(number) for number in range(6)], [9.0] * 6],
        "1_compressed": [[tf.io.encode_png(pixels).numpy()], [tf.io.encode_png(pixels + 1).numpy()]],
        "2_sparse_row_index": [[0, 1], [2]],
        "2_sparse_col_index": [[1, 0], [1]],
        "2_sparse_value": [[5.0, 6.0], [7.0]],
    }
    _write_records(tmp_path / "sample-0", [(context, lists)])
    (tmp_path / "metadata.textproto").write_text(
        "sample_count: 1 output_dim: 2 sequence_size: 2 "
        "matrix_spec { row_count: 1 col_count: 3 num_channels: 2 } "
        "matrix_spec { row_count: -1 col_count: -1 num_channels: -1 format: COMPRESSED } "
        "matrix_spec { row_count: 3 col_count: 2 format: SPARSE }"
    )
    metadata = AutoDLMetadata(tmp_path)
    for labelled, want in ((True, [0, 1]), (False, [0, 0])):
        ((dense, images, sparse, label),) = read_dataset(tmp_path, metadata, labelled).as_numpy_iterator()
        assert dense.tolist() == [np.arange(6.0).reshape(1, 3, 2).tolist(), np.full((1, 3, 2), 9.0).tolist()]
        assert np.allclose(images * 255, [pixels, pixels + 1], atol=1e-4)
        assert sparse[..., 0].tolist() == [[[0, 5], [6, 0], [0, 0]], [[0, 0], [0, 0], [0, 7]]]
        assert label.tolist() == want
    assert metadata.get_tensor_shape(1) == (2, -1, -1, 3)
