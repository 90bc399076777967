"""Raises in its second training."""

import numpy as np


class Model:
    done_training = False

    def __init__(self, metadata):
        self.class_num = metadata["class_num"]
        self.rounds = 0

    def train(self, dataset, remaining_time_budget=None):
        self.rounds += 1
        if self.rounds == 2:
            raise ValueError("the loss is not finite:\nit is NaN")

    def test(self, dataset, remaining_time_budget=None):
        return np.zeros((len(dataset), self.class_num))
