"""Log-mel frames of all pretraining clips and their disturbed copies, on disk and memory-mapped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.decode import decode
from autospeech.audio.play_faster import play_faster
from autospeech.pretraining.corpora import MADE, SOURCES, KnownClip
from autospeech.pretraining.waveform_effects import disturb
from autospeech.statistics.log_mel_frames import MELS, LogMelFrames
from autospeech.whole_writing import whole_file

# Small corpora get more disturbed copies of each clip, so that none is heard too often in the same words.
COPIES = {"drums": 3, "emodb": 3, "esc10": 3, "espeak_language": 2, "fsdd": 2}
FASTER = (0.87, 1.15)
FASTER_SHARE = 0.4
NEIGHBOURS = 200
# Change when what is stored changes: older stores are then made anew.
VERSION = 1


@dataclass(frozen=True)
class FrameStore:
    """Frames of clips, one after the other, and their labels.

    Args:
        frames: Log-mel values `(frames, 64)`, float16.
        starts: Where each clip begins and, at last, where the last one ends, `(clips + 1,)`.
        corpora: The corpus of each clip, as a number into `names`, `(clips,)`.
        names: The corpora.
        heads: The classes of each head.
        labels: The class of each clip in each head, -1 where it has none, `(clips, heads)`.
    """

    frames: npt.NDArray[np.float16]
    starts: npt.NDArray[np.int64]
    corpora: npt.NDArray[np.int64]
    names: list[str]
    heads: dict[str, list[str]]
    labels: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls, clips: Sequence[KnownClip], cache: Path, *, seed: int = 0, report: Callable[[str], None] = print
    ) -> FrameStore:
        """Compute the frames of clips and of their disturbed copies, or find them in the cache.

        Args:
            clips: What to store.
            cache: Folder for the stores; each lies by the digest of what is in it.
            seed: Seeds the disturbances.
            report: Called with a line of progress now and then.

        Returns:
            The store.

        Raises:
            AudioDecodeError: A clip cannot be read.
        """
        # The last three parts of a path name the corpus too, and made speech by the digest of what it says.
        known = [("/".join(clip.path.parts[-3:]), clip.corpus, clip.labels) for clip in clips]
        content = repr((VERSION, seed, COPIES, FASTER, FASTER_SHARE, NEIGHBOURS, known))
        folder = cache / f"frames_{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        # The index is written last: where it is, the store is whole.
        if not (folder / "index.npz").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _fill(folder, clips, seed, report)
        about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        with np.load(folder / "index.npz") as index:
            starts, corpora, labels = index["starts"], index["corpora"], index["labels"]
        frames = np.memmap(folder / "frames.f16", np.float16, "r", shape=(int(starts[-1]), MELS))
        return cls(frames, starts, corpora, about["names"], about["heads"], labels)

    def __len__(self) -> int:
        return len(self.starts) - 1


def _fill(folder: Path, clips: Sequence[KnownClip], seed: int, report: Callable[[str], None]) -> None:
    rng = np.random.default_rng(seed)
    counts: list[int] = []
    known: list[KnownClip] = []
    neighbours = [decode(clips[chosen].path) for chosen in rng.choice(len(clips), NEIGHBOURS)]
    with (folder / "frames.f16").open("wb") as file:
        for number, clip in enumerate(clips, 1):
            waveform = decode(clip.path)
            versions = [(clip, waveform)]
            for _ in range(COPIES.get(clip.corpus, 1)):
                versions.append(_copy(clip, waveform, neighbours, rng))
            frames = LogMelFrames.of([version for _, version in versions])
            file.write(frames.values.astype(np.float16).tobytes())
            counts += np.diff(frames.starts).tolist()
            known += [version for version, _ in versions]
            if number % 2000 == 0:
                report(f"computed the frames of {number} of {len(clips)} clips")
    names = sorted({clip.corpus for clip in known})
    heads = {
        head: sorted({clip.labels[head] for clip in known if head in clip.labels})
        for head in sorted({head for clip in known for head in clip.labels})
    }
    numbers = {head: {name: number for number, name in enumerate(classes)} for head, classes in heads.items()}
    labels = np.array([[numbers[head].get(clip.labels.get(head, ""), -1) for head in heads] for clip in known])
    corpora = np.array([names.index(clip.corpus) for clip in known])
    with whole_file(folder / "about.json") as part:
        part.write_text(json.dumps({"names": names, "heads": heads}), encoding="utf-8")
    starts = np.concatenate([[0], np.cumsum(counts)])
    with whole_file(folder / "index.npz") as part, part.open("wb") as file:
        np.savez(file, allow_pickle=False, starts=starts, corpora=corpora, labels=labels)


def _copy(
    clip: KnownClip,
    waveform: npt.NDArray[np.float32],
    neighbours: list[npt.NDArray[np.float32]],
    rng: np.random.Generator,
) -> tuple[KnownClip, npt.NDArray[np.float32]]:
    """Return a disturbed copy; one that is played faster or slower counts as somebody else's."""
    labels = clip.labels
    # Made speech has its pitch and speed for labels.
    if clip.corpus != MADE and rng.random() < FASTER_SHARE:
        factor = float(rng.choice(FASTER))
        waveform = play_faster(waveform, factor)
        labels = {head: f"{name} x{factor}" if head in SOURCES else name for head, name in labels.items()}
    return KnownClip(clip.path, clip.corpus, labels), disturb(waveform, neighbours, rng)
