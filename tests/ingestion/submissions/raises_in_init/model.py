"""Cannot be constructed."""


class Model:
    def __init__(self, metadata):
        self.width = metadata["width"]
