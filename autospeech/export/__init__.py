"""One Keras model of what has been learnt, waveform in, probabilities out, and its files for other programs."""
