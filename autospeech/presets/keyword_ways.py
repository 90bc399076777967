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
