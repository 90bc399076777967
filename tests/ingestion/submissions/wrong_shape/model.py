"""Answers with a column too many, the second time."""

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]

    def train(self, dataset, remaining_time_budget=None):
        pass

    def test(self, dataset, remaining_time_budget=None):
        prediction = np.zeros((len(dataset), self.class_num))
        self.class_num += 1
        return prediction
