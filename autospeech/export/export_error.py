"""The error of all exports."""

from __future__ import annotations


class ExportError(ValueError):
    """A model cannot be exported, or what was written does not answer as the model does."""
