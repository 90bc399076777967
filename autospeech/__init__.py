"""Classify sound under a wall-clock budget.

Importing this package imports neither Keras nor TensorFlow; the rooms that need them import them when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autospeech.classifier import AutoSpeechClassifier as AutoSpeechClassifier

__version__ = "0.1.0"
__all__ = ["AutoSpeechClassifier", "__version__"]


def __getattr__(name: str) -> Any:
    # scikit-learn takes a second to import.
    if name == "AutoSpeechClassifier":
        from autospeech.classifier import AutoSpeechClassifier

        return AutoSpeechClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
