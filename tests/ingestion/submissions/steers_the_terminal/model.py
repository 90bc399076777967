import os


class Model:
    def __init__(self, metadata):
        os.write(1, b"\xff\x1b[2J")
        os.write(2, "one\rtwo 歌\n".encode())

    def train(self, dataset, remaining_time_budget=None):
        raise ValueError("\x1b]52;c;aGk=\x07 歌 \u202e\udce9")
