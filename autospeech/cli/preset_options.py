"""Options of the commands that take a preset."""

from __future__ import annotations

from typing import Annotated

import typer

Augment = Annotated[
    str | None,
    typer.Option(help="What networks are trained with: mixup,specmix(gamma=0.3), or auto to let the run choose."),
]
MixAt = Annotated[
    str | None,
    typer.Option(help="Layers that networks on waveforms mix clips after, such as input,pool_1; none for none."),
]
Fusion = Annotated[
    str | None,
    typer.Option(
        help="How networks on several features become one answer: average, dempster-shafer, improved-dempster-shafer, "
        "or learned (weights by clips held out)."
    ),
]
