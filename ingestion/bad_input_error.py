"""The error for input that cannot be run."""

from __future__ import annotations


class BadInputError(Exception):
    """The data set or a folder is not as it should be; the message names the file, what was found and the mend."""
