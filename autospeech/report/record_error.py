"""What a bad record of a run raises."""


class RecordError(ValueError):
    """A record is incomplete, contradicts itself or cannot be read. The message names file, key and value."""
