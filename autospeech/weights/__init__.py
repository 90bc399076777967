"""Shipped weights, each with a model card beside it."""

from __future__ import annotations

from pathlib import Path


def weights_path(name: str) -> Path:
    """Return the file of shipped weights.

    Args:
        name: Its name without the ending.

    Returns:
        The path of `name.weights.h5`.

    Raises:
        FileNotFoundError: No weights of that name are shipped; the message names those that are.

    Example:
        >>> weights_path("kon_speakers").name
        'kon_speakers.weights.h5'
    """
    folder = Path(__file__).parent
    path = folder / f"{name}.weights.h5"
    if not path.is_file():
        shipped = (
            ", ".join(sorted(file.name.removesuffix(".weights.h5") for file in folder.glob("*.weights.h5"))) or "none"
        )
        raise FileNotFoundError(f"{path}: no weights of that name are shipped (there are: {shipped})")
    return path
