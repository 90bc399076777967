"""Sound in: files and arrays of any kind become mono float32 waveforms of a known rate and length.

The modules are imported one by one, so that cutting clips to length asks for NumPy alone and not for a decoder.
"""
