"""What everything that writes or reads a bundle raises."""


class BundleError(ValueError):
    """A bundle cannot be written, or one of another's is not safe to unpack. The message names the file."""
