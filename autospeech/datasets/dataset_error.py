"""What every reader and writer of data sets raises."""


class DatasetError(ValueError):
    """A data set is incomplete, contradicts itself, or stands where another one is. The message names the file."""
