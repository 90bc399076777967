"""Ways of spotting keywords: on mel spectrograms, or on waveforms."""

from __future__ import annotations

from autospeech.learners.waveform_network_settings import WaveformNetworkSettings

# The mel CNN is Kon's. Rates, decay and the step after 20 epochs are those of torchaudio's tutorial, but for batches
# small enough for a few hundred clips.
KEYWORD_WAYS = {
    "mel": WaveformNetworkSettings(
        network="kon_cnn",
        sample_rate=16000,
        feature="log_mel",
        feature_settings={"n_fft": 512, "hop_length": 256, "n_mels": 40},
        learning_rate=1e-3,
    ),
    **{
        name: WaveformNetworkSettings(network=name, learning_rate=0.01 if name == "m5-32" else 1e-3)
        for name in ("m3", "m5", "m5-32", "m11", "m18", "m34-res")
    },
}

# The ends of the keyword lab's two tables: rates .81, .93, 1.07, 1.23, and shifts of 1 to 3.5 semitones up and down.
# Here they are drawn from all that lies between.
KEYWORD_RANGES = {
    "time_stretch": {"slowest": 0.81, "fastest": 1.23},
    "pitch_shift": {"lowest": -3.5, "highest": 3.5},
}
# What `keywords --shares` compares with no augmentation, unless told otherwise.
KEYWORD_AUGMENTATION = "time_stretch,pitch_shift"
