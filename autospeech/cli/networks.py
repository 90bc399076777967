"""`networks`: what there is, and how large."""

from __future__ import annotations

from typing import Annotated

import typer


def networks(
    classes: Annotated[int, typer.Option(min=1, help="Classes of the last layer; AudioSet has 527.")] = 527,
) -> None:
    """List the networks with their input, trainable parameters and multiply-adds for one input.

    Others are built by their names too: a RANN of another crop, reduction, width or depth, such as rann-4x8-1-d10, and
    an EnvNet whose dense layers have N units in place of 4096, envnet-wN or envnet-v2-wN.

    The last column is for images of 1024 frames, for which Verbitskiy (2020) tells 47.137e9 of rann-8x4-6.
    """
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from rich.console import Console
    from rich.table import Table

    from autospeech.networks import NETWORKS, build_network
    from autospeech.networks.rann import MELS, PUBLISHED_FRAMES
    from autospeech.networks.size import multiply_adds, trainable_parameters

    table = Table("network", "input", title=f"with {classes} classes; images are frames x bins, waveforms samples")
    published = f"at {PUBLISHED_FRAMES} x {MELS}, as published"
    for heading in ("trainable parameters", "multiply-adds at this input", published):
        table.add_column(heading, justify="right")
    console = Console()
    with console.status("") as status:
        for name in NETWORKS:
            status.update(f"building {name}")
            network = build_network(name, classes)
            shape = " x ".join(map(str, network.input_shape[1:-1]))
            own, then = f"{multiply_adds(network) / 1e6:,.0f} M", ""
            parameters = f"{trainable_parameters(network):,}"
            if name.startswith("rann-"):
                del network
                then = f"{multiply_adds(build_network(name, classes, (PUBLISHED_FRAMES, MELS, 1))) / 1e6:,.0f} M"
            table.add_row(name, shape, parameters, own, then)
    console.print(table)
