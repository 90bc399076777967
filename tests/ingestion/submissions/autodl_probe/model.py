"""Looks at everything that an AutoDL model is given, and answers with it."""

from pathlib import Path

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata.get_output_size()
        assert metadata.get_tensor_shape() == (-1, 1, 1, 1)
        assert metadata.get_matrix_size() == (1, 1)
        assert metadata.get_sequence_size() == -1
        assert metadata.get_num_channels() == 1
        assert metadata.get_label_to_index_map() == {"a b": 0, "ü": 1, "c": 2}
        assert Path(metadata.get_dataset_name()).is_dir()
        self.train_num = metadata.size()

    def train(self, dataset, remaining_time_budget=None):
        examples = list(dataset.as_numpy_iterator())
        assert len(examples) == self.train_num
        self.labels = np.stack([label for _, label in examples])
        self.done_training = True

    def test(self, dataset, remaining_time_budget=None):
        (records,) = Path(__file__).parents[1].glob("data/*.data/test/sample*")
        told = b"label" in records.read_bytes()
        rows = [(example.mean(), label.sum(), told) for example, label in dataset.as_numpy_iterator()]
        assert self.labels.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0.5]]
        return np.array(rows)
