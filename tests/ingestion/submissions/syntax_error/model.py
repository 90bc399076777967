"""Is not Python."""

class Model
    pass
