"""Answers with NaN, the second time."""

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1

    def test(self, dataset, remaining_time_budget=None):
        prediction = np.zeros((len(dataset), self.class_num))
        if self.rounds == 2:
            prediction[0, 0] = np.nan
            prediction[1, 0] = np.inf
        return prediction
