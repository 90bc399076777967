"""Answers twice, then says that it is done."""

import numpy as np


class Model:
    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.done_training = False
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        clips, labels = dataset
        assert len(clips) == len(labels)
        assert labels.shape[1] == self.class_num
        assert remaining_time_budget > 0
        self.prior = labels.mean(axis=0)
        self.rounds += 1

    def test(self, dataset, remaining_time_budget=None):
        self.done_training = self.rounds == 2
        return np.tile(self.prior / 3, (len(dataset), 1))
