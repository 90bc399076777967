"""Classifiers with a closed form, or nearly so: milliseconds instead of epochs."""
