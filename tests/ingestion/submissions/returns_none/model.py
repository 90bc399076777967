"""Answers with None, the second time."""

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num)) if self.rounds == 1 else None
