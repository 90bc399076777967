"""What NumPy and SciPy can tell of a clip within a millisecond."""
