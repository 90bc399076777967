"""Read the TFRecords of an AutoDL data set as `tf.data`; the only file here that needs TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf
from autodl_metadata import AutoDLMetadata


def read_dataset(folder: Path, metadata: AutoDLMetadata, labelled: bool) -> tf.data.Dataset:
    """Read the records of a folder in the order of the files' names.

    Args:
        folder: Folder of the files `sample*`.
        metadata: What is known of them.
        labelled: Whether the labels are given; else they are zeros.

    Returns:
        Data set of (example `(time, rows, columns, channels)` float32, label `(classes,)` float32).

    Raises:
        ValueError: Matrices that are not images have no size.
    """
    files = sorted(str(path) for path in folder.glob("sample*"))
    features: dict[str, Any] = {}
    for index in range(metadata.get_bundle_size()):
        features |= _features(metadata, index)

    def parse(record: tf.Tensor) -> tuple[tf.Tensor, ...]:
        context, sequences = tf.io.parse_single_sequence_example(
            record,
            context_features={
                "label_index": tf.io.VarLenFeature(tf.int64),
                "label_score": tf.io.VarLenFeature(tf.float32),
            },
            sequence_features=features,
        )
        label = tf.zeros((metadata.get_output_size(),), tf.float32)
        if labelled:
            indices = context["label_index"].values[:, tf.newaxis]
            label = tf.tensor_scatter_nd_update(label, indices, context["label_score"].values)
        examples = [_example(metadata, index, sequences) for index in range(metadata.get_bundle_size())]
        return (*examples, label)

    return tf.data.TFRecordDataset(files).map(parse, num_parallel_calls=tf.data.AUTOTUNE)


def _features(metadata: AutoDLMetadata, index: int) -> dict[str, Any]:
    if metadata.is_compressed(index):
        return {f"{index}_compressed": tf.io.VarLenFeature(tf.string)}
    rows, columns, channels = metadata.get_tensor_size(index)
    if min(rows, columns) < 1:
        raise ValueError(f"matrix_spec {index} has {rows} rows and {columns} columns; only images may leave them open")
    if metadata.is_sparse(index):
        return {
            f"{index}_sparse_row_index": tf.io.VarLenFeature(tf.int64),
            f"{index}_sparse_col_index": tf.io.VarLenFeature(tf.int64),
            f"{index}_sparse_value": tf.io.VarLenFeature(tf.float32),
        }
    return {f"{index}_dense_input": tf.io.FixedLenSequenceFeature((rows, columns, channels), tf.float32)}


def _example(metadata: AutoDLMetadata, index: int, sequences: dict[str, Any]) -> tf.Tensor:
    time, *size = metadata.get_tensor_shape(index)
    if metadata.is_compressed(index):

        def decode(image: tf.Tensor) -> tf.Tensor:
            channels = metadata.get_num_channels(index)
            pixels = tf.io.decode_image(image, channels=channels, dtype=tf.float32, expand_animations=False)
            return tf.ensure_shape(pixels, [None, None, channels])

        images = tf.map_fn(decode, sequences[f"{index}_compressed"].values, fn_output_signature=tf.float32)
        return tf.ensure_shape(images, [length if length > 0 else None for length in (time, *size)])
    if metadata.is_sparse(index):
        values = sequences[f"{index}_sparse_value"]
        steps = values.dense_shape[0] if time < 0 else time
        places = [values.indices[:, 0]]
        places += [sequences[f"{index}_sparse_{axis}_index"].values for axis in ("row", "col")]
        matrix = tf.scatter_nd(tf.stack(places, axis=1), values.values, [steps, size[0], size[1]])
        return tf.reshape(matrix, [time, size[0], size[1], 1])
    return tf.reshape(sequences[f"{index}_dense_input"], [time, *size])
