"""Has modules of its own that are named like files of the ingestion program."""

import numpy as np
import safe_unpickler
import task


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        assert safe_unpickler.OWNER == task.OWNER == "the submission"

    def train(self, dataset, remaining_time_budget=None):
        self.done_training = True

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
