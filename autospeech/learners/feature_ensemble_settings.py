"""Settings of an ensemble of features."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from autospeech.features import FEATURES
from autospeech.fusion import FUSIONS, WEIGHTINGS
from autospeech.learners.feature_images import IMAGES
from autospeech.learners.fold_networks_settings import FoldNetworksSettings

WEIGHTS = ("uniform", *WEIGHTINGS)


@dataclass(frozen=True)
class FeatureEnsembleSettings:
    """Which features, with which networks, and how they become one answer.

    Args:
        features: Names of `features.FEATURES`, a network for each.
        network: Name of a RANN; its crop is as long as its name says, and half for short clips.
        fusion: Name of one of `fusion.FUSIONS`.
        weights: Of the weighted average: `uniform`, or chosen on the clips held out, `greedy` or by `slsqp`; these
            judge the answer too, which makes it look a little better than it is.
        networks: How each is trained.
        sample_rate: Of the images, in Hz; clips are resampled to it.
        images: Arguments of the features, one of `feature_images.IMAGES`.
        most_folds: How many of the folds are held out in turn; 1 is a single split, all of them cross-fitting.

    Raises:
        ValueError: A name is unknown or stands twice, there is no feature or fold, or the sample rate is not above 0.
    """

    features: tuple[str, ...] = ("log_mel", "mfcc", "cqt", "wavegram")
    network: str = "rann-4x8-1-d10"
    fusion: str = "weighted_average"
    weights: str = "uniform"
    networks: FoldNetworksSettings = field(
        default_factory=lambda: FoldNetworksSettings(
            learning_rate=3e-3,
            warm_up=0.3,
            weight_decay=0.0,
            first_rate=1 / 25,
            last_rate=1 / 250_000,
            # No longer a memory than a fold's few steps allow, nor than that of the batch normalisations.
            ema_momentum=0.9,
            label_smoothing=0.05,
            augment="mixup(alpha=0.3),cutout(probability=0.5,largest=0.2)",
            share=0.03,
            least_seconds=5.0,
            most_epochs=120,
        )
    )
    sample_rate: int = 16000
    images: str = "small"
    most_folds: int = 4

    def __post_init__(self) -> None:
        _check("set of images", self.images, IMAGES)
        for name in self.features:
            _check("feature", name, FEATURES)
            _check(f"feature among the {self.images} images", name, IMAGES[self.images])
        _check("fusion", self.fusion, FUSIONS)
        _check("choice of weights", self.weights, WEIGHTS)
        if len(set(self.features)) < len(self.features):
            raise ValueError(f"a feature stands twice in {', '.join(self.features)}; a model is trained for each once")
        if not self.features or self.most_folds < 1:
            raise ValueError(f"wanted a feature and a fold or more, not {self.features} and {self.most_folds}")
        if self.sample_rate <= 0:
            raise ValueError(f"sample_rate must be above 0 Hz, not {self.sample_rate}")
        if self.weights != "uniform" and self.fusion != "weighted_average":
            raise ValueError(f"{self.fusion} knows no weights; take weighted_average for {self.weights} ones")


def _check(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r}; choose one of: {', '.join(known)}")
