"""Settings of a ladder whose clips come one by one."""

from __future__ import annotations

from dataclasses import replace

from autospeech.learners.member import Member
from autospeech.schedule.ladder_settings import LadderSettings


def one_by_one(settings: LadderSettings) -> LadderSettings:
    """Return settings under which no head standardises a set of clips by itself.

    Heads that differ in nothing else become one, with the weights of both before there is evidence.

    Args:
        settings: Of a ladder that may know all the clips it is asked about; see `Standardizer`.

    Returns:
        Settings of one whose answer for a clip depends on that clip alone.

    Example:
        >>> from autospeech.presets import find_preset
        >>> found = one_by_one(find_preset("default").schedule)
        >>> [member.name for member in found.probes["statistics"]]
        ['rich-lda', 'rich-kernel_ridge', 'simple-kernel_ridge']
    """
    prior: dict[str, float] = {}
    alone: dict[str, str] = {}
    probes: dict[str, tuple[Member, ...]] = {}
    for name, members in settings.probes.items():
        changed = [replace(member, by_themselves=False) for member in members]
        alone.update({old.name: new.name for old, new in zip(members, changed, strict=True)})
        probes[name] = tuple(dict.fromkeys(changed))
    for name, weight in settings.prior.items():
        prior[alone.get(name, name)] = prior.get(alone.get(name, name), 0.0) + weight
    return replace(settings, probes=probes, prior=prior)
