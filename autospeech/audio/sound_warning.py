"""The warning that a sound is not all that its file, or the caller, says."""

from __future__ import annotations


class SoundWarning(UserWarning):
    """A sound was read, but a part of it is missing, or something had to be repaired; the message names the file.

    Example:
        >>> import warnings
        >>> warnings.simplefilter("error", SoundWarning)  # Sounds that are not whole end the program.
        >>> warnings.simplefilter("default", SoundWarning)
    """
