"""Makes the weights that are shipped."""
