"""Feature layers: a waveform in, an image of it out, on the device."""
