"""The warning of what a listing of sound files leaves out or finds in another way than it was named."""

from __future__ import annotations


class ListingWarning(UserWarning):
    """Files were passed over, a class has none that can be a sound, or names differ in their Unicode form only."""
