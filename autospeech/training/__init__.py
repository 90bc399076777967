"""The parts of training that all networks share, on any Keras backend."""
