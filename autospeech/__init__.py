"""Classify sound under a wall-clock budget.

Importing this package imports neither Keras nor TensorFlow; the rooms that need them import them when they are used.
"""

__version__ = "0.1.0"
