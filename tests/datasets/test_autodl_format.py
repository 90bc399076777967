"""The AutoDL format, checked against TensorFlow's own classes for these messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from autospeech.datasets.autodl_format import read_autodl, write_autodl
from autospeech.datasets.autospeech_format import read_autospeech, write_autospeech
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.sequence_example import encode_clip


@pytest.fixture
def dataset() -> Dataset:
    rng = np.random.default_rng(0)

    def part(*lengths: int) -> LabelledClips:
        clips = [rng.uniform(-1, 1, length).astype(np.float32) for length in lengths]
        return LabelledClips(clips, np.eye(3)[np.arange(len(lengths)) % 3])

    return Dataset("noise", part(100, 1, 20000, 0, 7), part(5, 300), ("low", 'a "b" \\ c', "hôch"))


def feature(**lists) -> tf.train.Feature:
    return tf.train.Feature(**lists)


@pytest.mark.parametrize("length", [0, 1, 13, 3000])
@pytest.mark.parametrize(("number", "classes"), [(0, []), (127, [0]), (128, [5]), (70000, [1, 200, 3])])
def test_the_message_is_the_one_that_tensorflow_builds(length: int, number: int, classes: list[int]) -> None:
    clip = np.random.default_rng(length).normal(size=length).astype(np.float32)
    steps = [feature(float_list=tf.train.FloatList(value=[sample])) for sample in clip]
    context = {
        "id": feature(int64_list=tf.train.Int64List(value=[number])),
        "label_index": feature(int64_list=tf.train.Int64List(value=classes)),
        "label_score": feature(float_list=tf.train.FloatList(value=[1.0] * len(classes))),
    }
    expected = tf.train.SequenceExample(
        context=tf.train.Features(feature=context),
        feature_lists=tf.train.FeatureLists(feature_list={"0_dense_input": tf.train.FeatureList(feature=steps)}),
    )
    assert tf.train.SequenceExample.FromString(encode_clip(clip, number, classes)) == expected


def assert_equal(first: Dataset, second: Dataset) -> None:
    assert (first.name, first.label_names) == (second.name, second.label_names)
    for one, other in ((first.train, second.train), (first.test, second.test)):
        np.testing.assert_array_equal(one.labels, other.labels)
        for clip, same in zip(one.clips, other.clips, strict=True):
            np.testing.assert_array_equal(clip, same)


def test_another_rate_than_16_khz_has_no_place(tmp_path: Path, dataset: Dataset) -> None:
    with pytest.raises(DatasetError, match=r"no place for a sample rate, .* at 44100 Hz; resample them to 16000"):
        write_autodl(replace(dataset, sample_rate=44100), tmp_path)
    assert not any(tmp_path.iterdir())


def test_round_trip_and_the_way_through_the_other_format(tmp_path: Path, dataset: Dataset) -> None:
    several = replace(dataset, train=LabelledClips(dataset.train.clips, np.tile([1, 0, 1], (5, 1))))
    for number, source in enumerate((dataset, several)):
        written = write_autodl(source, tmp_path / str(number))
        assert_equal(read_autodl(written), source)
        assert_equal(read_autospeech(write_autospeech(read_autodl(written), tmp_path / f"as{number}")), source)
        assert_equal(read_autodl(write_autodl(read_autospeech(tmp_path / f"as{number}/noise"), tmp_path / "b")), source)
        write_autodl(source, tmp_path / "b", overwrite=True)
        assert (written / "noise.solution").read_text() == "1 0 0\n0 1 0\n"
        tmp_path.joinpath("b/noise").rename(tmp_path / f"b/used{number}")


def test_the_official_reader_s_view(tmp_path: Path, dataset: Dataset) -> None:
    """Parse the records by the features that the official reader asks for."""
    data = write_autodl(dataset, tmp_path) / "noise.data"
    numbers = []
    for part, clips in (("test", dataset.test), ("train", dataset.train)):
        records = tf.data.TFRecordDataset([str(file) for file in data.joinpath(part).glob("sample*")])
        for record, clip, row in zip(records, clips.clips, clips.labels, strict=True):
            context, features = tf.io.parse_single_sequence_example(
                record,
                {
                    "id": tf.io.FixedLenFeature([], tf.int64),
                    "label_index": tf.io.VarLenFeature(tf.int64),
                    "label_score": tf.io.VarLenFeature(tf.float32),
                },
                {"0_dense_input": tf.io.FixedLenSequenceFeature((1, 1, 1), tf.float32)},
            )
            numbers.append(int(context["id"]))
            labels = context["label_index"].values.numpy().tolist()
            assert labels == ([] if part == "test" else np.flatnonzero(row).tolist())
            assert context["label_score"].values.numpy().tolist() == [1.0] * len(labels)
            assert features["0_dense_input"].shape == (len(clip), 1, 1, 1)
            np.testing.assert_array_equal(features["0_dense_input"].numpy().ravel(), clip)
    assert numbers == list(range(7))
    text = data.joinpath("train/metadata.textproto").read_text()
    for line in ("sample_count: 5", "sequence_size: -1", "output_dim: 3", "col_count: 1", "num_channels: 1"):
        assert line in text


def test_clips_of_one_length_say_so(tmp_path: Path, dataset: Dataset) -> None:
    part = LabelledClips([np.zeros(8, np.float32)] * 3, np.eye(3))
    data = write_autodl(replace(dataset, train=part, test=part), tmp_path) / "noise.data"
    for folder in ("train", "test"):
        assert "sequence_size: 8\n" in data.joinpath(folder, "metadata.textproto").read_text()


def test_metadata_of_the_official_formatter(tmp_path: Path, dataset: Dataset) -> None:
    written = write_autodl(dataset, tmp_path)
    for part, count in (("train", 5), ("test", 2)):
        (written / "noise.data" / part / "metadata.textproto").write_text(
            f"is_sequence: false  # a comment\nsample_count: {count}\nsequence_size: -1\noutput_dim: 3\n"
            "matrix_spec: <col_count: 1; row_count: 1, format: DENSE>\n"
            "label_to_index_map {\n key: 'z'\n value: 0\n}\nlabel_to_index_map { key: 'h\\303\\264' value: 2 }\n"
            "label_to_index_map { key: 'it\\'s' value: 1 }\n"
        )
    assert read_autodl(written).label_names == ("z", "it's", "hô")


METADATA = "noise.data/train/metadata.textproto"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (METADATA, None, "it is missing"),
        (METADATA, "sample_count: 5", "lacks output_dim"),
        (METADATA, "sample_count: many output_dim: 3", "invalid literal"),
        (METADATA, "sample_count: 5 output_dim: 99999999999", "output_dim is 99999999999; it must be from 1 to 100000"),
        (METADATA, "sample_count: 5 output_dim: -1", "output_dim is -1"),
        (METADATA, "matrix_spec {", "missing at the end"),
        (METADATA, "}", "no text protocol buffer"),
        (METADATA, "a {" * 100000, "recursion"),
        (METADATA, "sample_count { } output_dim: 3", "a message stands"),
        (METADATA, "sample_count: 5 output_dim: 3 matrix_spec: 7", "a message stands"),
        (METADATA, 'sample_count: "open', "no text protocol buffer"),
        (
            METADATA,
            "sample_count: 5 output_dim: 2",
            "train.tfrecord: record 2 has the label index 2; ",
        ),
        (METADATA, "sample_count: 4 output_dim: 3", r"textproto: sample_count is 4, but .*train holds 5 records in 1 "),
        (METADATA, "sample_count: 6 output_dim: 3", r"textproto: sample_count is 6, but .*train holds 5 records in 1 "),
        (
            "noise.data/test/metadata.textproto",
            "sample_count: 3 output_dim: 3",
            "is 3, but .*test holds 2",
        ),
        (METADATA, "sample_count: 5 output_dim: 3 matrix_spec { row_count: 28 col_count: 28 }", "each time step is"),
        ("noise.data/train/sample-noise-train.tfrecord", None, "no sample-\\* records"),
        ("noise.data/train/sample-noise-train.tfrecord", "no record" * 10, "damaged or no sound"),
        ("noise.solution", None, "the solution is missing"),
        ("noise.solution", "1 0 0\n", "1 rows for the 2 test clips"),
        ("noise.solution", "1 0\n1 0\n", "3 classes in train but 2 in test"),
    ],
)
def test_damaged_data_sets_are_named(
    tmp_path: Path, dataset: Dataset, name: str, content: str | None, message: str
) -> None:
    file = write_autodl(dataset, tmp_path) / name
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(DatasetError, match=message):
        read_autodl(tmp_path / "noise")


RECORDS = "noise.data/train/sample-noise-train.tfrecord"


@pytest.mark.parametrize(
    ("classes", "message"),
    [([-1], "record 1 has the label index -1; .* from 0 to 2"), ([0, 3], "record 1 has the label index 3")],
)
def test_labels_of_no_class_are_refused(tmp_path: Path, dataset: Dataset, classes: list[int], message: str) -> None:
    file = write_autodl(dataset, tmp_path) / RECORDS
    with tf.io.TFRecordWriter(str(file)) as writer:
        for number, labels in enumerate([[0], classes, [1], [2], [0]]):
            writer.write(encode_clip(np.zeros(3, np.float32), number, [index % 2**64 for index in labels]))
    with pytest.raises(DatasetError, match=rf"noise-train\.tfrecord: {message}"):
        read_autodl(tmp_path / "noise")


def test_each_label_index_needs_a_score(tmp_path: Path, dataset: Dataset) -> None:
    file = write_autodl(dataset, tmp_path) / RECORDS
    step = feature(float_list=tf.train.FloatList(value=[0.5]))
    context = {
        "label_index": feature(int64_list=tf.train.Int64List(value=[0, 1])),
        "label_score": feature(float_list=tf.train.FloatList(value=[1.0])),
    }
    message = tf.train.SequenceExample(
        context=tf.train.Features(feature=context),
        feature_lists=tf.train.FeatureLists(feature_list={"0_dense_input": tf.train.FeatureList(feature=[step])}),
    )
    with tf.io.TFRecordWriter(str(file)) as writer:
        writer.write(message.SerializeToString())
    with pytest.raises(DatasetError, match="record 0 has 2 label indices and 1 label scores"):
        read_autodl(tmp_path / "noise")


def test_a_missing_shard_is_named(tmp_path: Path, dataset: Dataset) -> None:
    whole = write_autodl(dataset, tmp_path) / RECORDS
    records = list(tf.data.TFRecordDataset(str(whole)).as_numpy_iterator())
    shards = [whole.with_name(f"sample-noise-train-{number:05}-of-00003") for number in range(3)]
    for number, shard in enumerate(shards):
        with tf.io.TFRecordWriter(str(shard)) as writer:
            for record in records[2 * number : 2 * number + 2]:
                writer.write(record)
    whole.unlink()
    assert_equal(read_autodl(tmp_path / "noise"), dataset)
    shards[1].rename(tmp_path / "elsewhere")
    with pytest.raises(DatasetError, match=r"train: sample-noise-train-00001-of-00003 is missing: 2 of the 3 files"):
        read_autodl(tmp_path / "noise")
    (tmp_path / "elsewhere").rename(shards[1].with_name("sample-noise-train-00003-of-00003"))
    with pytest.raises(DatasetError, match="sample-noise-train-00003-of-00003 is one file too many"):
        read_autodl(tmp_path / "noise")
