"""Which packages made a result."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("autospeech", "tensorflow", "keras", "numpy", "scipy", "scikit-learn")


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that matter, of those that are installed.

    Example:
        >>> "numpy" in package_versions()
        True
    """
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
