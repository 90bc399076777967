"""The reference of the command line, from the commands themselves."""

from __future__ import annotations

import inspect
from typing import Any

import typer.main

from autospeech.cli import app


def command_pages() -> str:
    """Return a section for each command as reStructuredText: usage, description, arguments and options."""
    group: Any = typer.main.get_command(app)
    return "".join(_section(name, command) for name, command in sorted(group.commands.items()))


def _section(name: str, command: Any) -> str:
    title = f"autospeech {name}"
    context = command.make_context(title, [], resilient_parsing=True)
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    usage = " ".join([title, *((each.metavar or each.name).upper() for each in arguments), "[OPTIONS]"])
    lines = ["", title, "-" * len(title), "", "::", "", f"    {usage}", "", inspect.cleandoc(command.help or ""), ""]
    for parameter in command.params:
        term, text = parameter.get_help_record(context)
        lines += [f"``{term.strip()}``", f"    {_plain(text)}", ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Keep reStructuredText from reading anything into a line of help."""
    return "".join(f"\\{char}" if char in r"\`*_|" else char for char in text)
