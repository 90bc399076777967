"""Layouts of published data sets, which are read as they come.

Each layout is a `Layout`; `known_layouts.LAYOUTS` names them all, in the order in which they are tried.
"""
