"""Never gets ready."""

import time


class Model:
    def __init__(self, metadata):
        time.sleep(120)
