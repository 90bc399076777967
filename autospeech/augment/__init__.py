"""Augmentations: one object each, that draws its random parameters apart from applying them."""
