"""A page about a fit or a run, one file that needs nothing else."""
