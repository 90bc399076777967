"""Answers with a ragged list, of which NumPy makes no array of numbers."""


class Model:
    done_training = False

    def __init__(self, metadata):
        pass

    def train(self, dataset, remaining_time_budget=None):
        pass

    def test(self, dataset, remaining_time_budget=None):
        return [[0.5], [0.5, 0.5], "dog"]
