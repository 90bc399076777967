"""Architectures: an image or a waveform in, logits out."""
