"""What may end a submission before it says that it is done."""

from __future__ import annotations


class SubmissionFaultError(Exception):
    """The submission failed.

    Args:
        reason: One line for `end.txt`.
        details: More lines, such as the traceback.
    """

    def __init__(self, reason: str, details: str = ""):
        super().__init__(reason)
        self.reason = reason
        self.details = details


class OutOfTimeError(Exception):
    """The submission did not answer in the seconds that it had."""
