"""The format of the AutoDL challenges of 2019 and 2020: TFRecords of `SequenceExample`, one time step a sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.waveform import as_waveform
from autospeech.datasets.autodl_metadata import AutoDLMetadata
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.labelled_clips import LabelledClips
from autospeech.datasets.record_shards import check_shards
from autospeech.datasets.sequence_example import DENSE_INPUT, encode_clip
from autospeech.datasets.solution_file import read_solution, write_solution
from autospeech.datasets.whole_dataset_folder import whole_dataset_folder

SAMPLE_RATE = 16000


def write_autodl(dataset: Dataset, folder: str | Path, overwrite: bool = False) -> Path:
    """Write `NAME/NAME.data/{train,test}/{sample-…,metadata.textproto}` and `NAME/NAME.solution`.

    The records of the test clips carry no labels. AutoDL has no place for a sample rate or a time budget: its speech is
    16 kHz, and the budget is the platform's.

    Args:
        dataset: What to write.
        folder: Where `NAME` is made.
        overwrite: Whether a data set that stands there may be replaced.

    Returns:
        The folder `NAME`.

    Raises:
        DatasetError: Something stands there already, or the data set is not at 16 kHz.

    References:
        Liu et al. (2021), "Winning solutions and post-challenge analyses of the ChaLearn AutoDL challenge 2019",
        arXiv:2201.03801.
    """
    if dataset.sample_rate != SAMPLE_RATE:
        raise DatasetError(
            f"{dataset.name}: AutoDL data have no place for a sample rate, and these are at {dataset.sample_rate} Hz; "
            f"resample them to {SAMPLE_RATE} Hz"
        )
    target = Path(folder) / dataset.name
    lengths = {len(clip) for part in (dataset.train, dataset.test) for clip in part.clips}
    sequence_size = lengths.pop() if len(lengths) == 1 and 0 not in lengths else -1
    with whole_dataset_folder(target, overwrite) as fresh:
        # Numbered like the official formatter does it: the test clips first.
        for part, clips, first in (("test", dataset.test, 0), ("train", dataset.train, len(dataset.test))):
            data = fresh / f"{dataset.name}.data" / part
            data.mkdir(parents=True)
            _write_records(data / f"sample-{dataset.name}-{part}.tfrecord", clips, first, labelled=part == "train")
            metadata = AutoDLMetadata(
                sample_count=len(clips),
                output_dim=clips.class_num,
                sequence_size=sequence_size,
                label_names=dataset.label_names,
            )
            (data / "metadata.textproto").write_text(metadata.to_text(), encoding="utf-8")
        write_solution(fresh / f"{dataset.name}.solution", dataset.test.labels)
    return target


def read_autodl(folder: str | Path) -> Dataset:
    """Read an AutoDL data set of sound.

    Args:
        folder: `NAME`, or `NAME/NAME.data` itself.

    Returns:
        The data set at 16 kHz; the labels of the test clips come from `NAME.solution`.

    Raises:
        DatasetError: A file is missing, damaged or contradicts another, or the data are no sound.
    """
    parts = DataFolder.find(folder)
    if parts is None:
        raise DatasetError(f"{folder}: no NAME.data folder in it; name the folder that holds one")
    metadata = AutoDLMetadata.read(parts.data / "train" / "metadata.textproto")
    clips, labels = _read_records(parts.data / "train", metadata, labelled=True)
    train = LabelledClips(clips, labels)
    test_metadata = AutoDLMetadata.read(parts.data / "test" / "metadata.textproto")
    test_clips, _ = _read_records(parts.data / "test", test_metadata, labelled=False)
    solution = read_solution(parts.solution)
    if len(solution) != len(test_clips):
        raise DatasetError(
            f"{parts.solution}: {len(solution)} rows for the {len(test_clips)} test clips; they must match"
        )
    return Dataset(parts.name, train, LabelledClips(test_clips, solution), metadata.label_names)


def _write_records(path: Path, clips: LabelledClips, first: int, labelled: bool) -> None:
    import tensorflow as tf

    with tf.io.TFRecordWriter(str(path)) as writer:
        for number, (clip, row) in enumerate(zip(clips.clips, clips.labels, strict=True), start=first):
            classes = [int(index) for index in np.flatnonzero(row)] if labelled else []
            writer.write(encode_clip(clip, number, classes))


def _read_records(
    folder: Path, metadata: AutoDLMetadata, labelled: bool
) -> tuple[list[npt.NDArray[np.float32]], npt.NDArray[np.float32]]:
    import tensorflow as tf

    shape = (metadata.row_count, metadata.col_count, metadata.num_channels)
    if sorted(shape)[:2] != [1, 1]:
        raise DatasetError(
            f"{folder}: each time step is a matrix of {shape} (rows, columns, channels); sound is 1 x 1 x channels"
        )
    files = sorted(file for file in folder.glob("sample*") if file.is_file())
    if not files:
        raise DatasetError(f"{folder}: no sample-* records in it; put them there")
    try:
        check_shards(file.name for file in files)
    except ValueError as error:
        raise DatasetError(f"{folder}: {error}") from None
    context = {"label_index": tf.io.VarLenFeature(tf.int64), "label_score": tf.io.VarLenFeature(tf.float32)}
    sequence = {DENSE_INPUT: tf.io.FixedLenSequenceFeature(shape, tf.float32)}
    clips, rows = [], []
    for file in files:
        number = 0
        try:
            for record in tf.data.TFRecordDataset(str(file)).as_numpy_iterator():
                labels, features = tf.io.parse_single_sequence_example(record, context, sequence)
                clips.append(as_waveform(features[DENSE_INPUT].numpy().reshape(-1, max(shape))))
                if labelled:
                    indices, scores = (labels[name].values.numpy() for name in ("label_index", "label_score"))
                    rows.append(_row(indices, scores, metadata.output_dim))
                number += 1
        except tf.errors.OpError as error:
            raise DatasetError(f"{file}: record {number} is damaged or no sound: {error!s:.300}") from error
        except ValueError as error:
            raise DatasetError(f"{file}: record {number} {error}") from None
    if len(clips) != metadata.sample_count:
        raise DatasetError(
            f"{folder / 'metadata.textproto'}: sample_count is {metadata.sample_count}, but {folder} holds "
            f"{len(clips)} records in {len(files)} files; add what is missing, or mend the number"
        )
    return clips, np.array(rows, np.float32).reshape(len(rows), metadata.output_dim)


def _row(indices: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], classes: int) -> npt.NDArray[np.float32]:
    if len(indices) != len(scores):
        raise ValueError(f"has {len(indices)} label indices and {len(scores)} label scores; each index needs one")
    wrong = indices[(indices < 0) | (indices >= classes)]
    if len(wrong):
        raise ValueError(
            f"has the label index {wrong[0]}; output_dim is {classes}, so that it must be from 0 to {classes - 1}"
        )
    row = np.zeros(classes, np.float32)
    row[indices] = scores > 0
    return row
