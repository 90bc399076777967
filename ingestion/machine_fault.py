"""Faults of the machine, which are neither bad input nor the submission's fault."""

from __future__ import annotations

import errno

_OF_THE_MACHINE = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EIO: "the disk is broken",
    errno.EROFS: "the disk is mounted read-only",
    errno.ENOMEM: "there is no memory left",
    errno.EAGAIN: "no more processes may be started",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open on this machine",
}


class MachineFaultError(Exception):
    """The machine failed; the message names the place, what happened and the mend."""


def machine_fault(error: OSError, place: object = None) -> str | None:
    """Say what failed on this machine.

    Args:
        error: What the system reported.
        place: Where it happened; by default the file that the error names.

    Returns:
        One line, or None for an error that better input would prevent.

    Example:
        >>> machine_fault(OSError(errno.ENOSPC, "No space left on device"), "/data")
        '/data: the disk is full (No space left on device)'
        >>> machine_fault(FileNotFoundError(errno.ENOENT, "No such file", "meta.json"))
    """
    if error.errno not in _OF_THE_MACHINE:
        return None
    place = place or error.filename
    return f"{f'{place}: ' if place else ''}{_OF_THE_MACHINE[error.errno]} ({error.strerror})"
