"""Labelled clips in and out: the two official formats, folders of sound files and CSV tables, and how to split them.

Everything meets in one type, `autospeech.datasets.dataset.Dataset`: readers return it, writers take it.
"""
