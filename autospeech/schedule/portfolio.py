"""Other augmentations than a preset's, and which of them a run chooses among."""

from __future__ import annotations

from dataclasses import replace

from autospeech.learners.fold_networks_settings import FoldNetworksSettings
from autospeech.learners.waveform_network_settings import WaveformNetworkSettings
from autospeech.schedule.ladder_settings import LadderSettings
from autospeech.schedule.rounds_settings import RoundsSettings

AUTO = "auto"
# Each does something else; docs/augmentation.md tells how they fared alone. The first of equals is taken.
PORTFOLIO = (
    "mixup(alpha=0.3),cutout(probability=0.5,largest=0.2)",
    "none",
    "spec_augment",
    "specmix",
    "cutmix",
)
# Networks from the encoder's trunk know what a clip sounds like at another speed.
ENCODER_PORTFOLIO = tuple(f"speed(slowest=0.8,fastest=1.25),{text}" if text != "none" else text for text in PORTFOLIO)


def with_augmentation(settings: RoundsSettings | LadderSettings, augment: str) -> RoundsSettings | LadderSettings:
    """Return settings whose networks are all trained with other augmentations.

    Args:
        settings: Of a schedule.
        augment: As `augment.text_form` reads it; `auto` lets the networks choose.

    Raises:
        ValueError: Nothing can choose, or there are no networks.

    Example:
        >>> from autospeech.presets import find_preset
        >>> with_augmentation(find_preset("kon").schedule, "specmix").network.augment
        'specmix'
    """
    if isinstance(settings, RoundsSettings):
        network = settings.network
        if augment != AUTO:
            return replace(settings, network=replace(network, augment=augment))
        if isinstance(network, WaveformNetworkSettings):
            raise ValueError(
                "a network on waveforms cannot choose its augmentation; name one, or take a preset that is trained on "
                "images, such as kon"
            )
        # Its own stands first, in place of the like of it.
        return replace(settings, network=replace(network, portfolio=(network.augment, *PORTFOLIO[1:])))
    if settings.networks is None and settings.features is None:
        raise ValueError(f"there are no networks to train with {augment}; take a preset that has some")

    def changed(networks: FoldNetworksSettings, portfolio: tuple[str, ...]) -> FoldNetworksSettings:
        if augment == AUTO:
            # Its first is what trains where there is no time to choose.
            return replace(networks, augment=portfolio[0], portfolio=portfolio)
        return replace(networks, augment=augment, portfolio=())

    networks, features = settings.networks, settings.features
    if networks is not None:
        networks = changed(networks, ENCODER_PORTFOLIO)
    if features is not None:
        features = replace(features, networks=changed(features.networks, PORTFOLIO))
    return replace(settings, networks=networks, features=features)


def check_augmentation(settings: RoundsSettings | LadderSettings, augment: str) -> None:
    """Look for mistakes without building a network.

    Raises:
        ValueError: The text cannot be read, does not suit the networks, or nothing can choose.
    """
    from autospeech.augment.text_form import parse_augmentations, parse_image_augmentations

    with_augmentation(settings, augment)
    if augment == AUTO:
        return
    if isinstance(settings, RoundsSettings) and isinstance(settings.network, WaveformNetworkSettings):
        _, images = parse_augmentations(augment)
        if images.augmentations and settings.network.feature is None:
            raise ValueError(f"{augment!r} changes images, of which a network on waveforms has none; leave that out")
    elif isinstance(settings, LadderSettings) and settings.networks is None:
        # Networks on features can be trained from the waveform, those on the encoder's frames cannot.
        parse_augmentations(augment)
    else:
        parse_image_augmentations(augment)
