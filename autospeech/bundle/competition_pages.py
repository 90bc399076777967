"""The pages of a competition, and the file that says what its image needs."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from autospeech.bundle.competition_task import CompetitionTask
from autospeech.plain_text import plain_text

TEMPLATES = Path(__file__).parent / "pages"
# Titles by the name of the file, in the order in which they are shown.
PAGES = {"overview": "Overview", "data": "Data", "evaluation": "Evaluation"}
TERMS = "terms"
# What begins emphasis, code, a picture, a link, an address, HTML, a table or a formula.
_MARKS = re.compile(r"[\\`*_{}\[\]<>&#!|~$^]|:(?=//)")


def markdown_text(text: str) -> str:
    r"""Write a name so that Markdown shows it as it is: no picture, no link, no HTML.

    Args:
        text: A label, a title or the name of a data set.

    Example:
        >>> print(markdown_text("![](http://x/y.png) <b>"), markdown_text("street music, at-night"))
        \!\[\](http\://x/y.png) \<b\> street music, at-night
    """
    return _MARKS.sub(r"\\\g<0>", plain_text(text))


def competition_pages(task: CompetitionTask, title: str, budget: float) -> dict[str, bytes]:
    """Fill in the pages.

    Args:
        task: The data set.
        title: Of the competition.
        budget: Seconds.

    Returns:
        Name of the page (`overview`, `data`, `evaluation`, `terms`) -> Markdown.
    """
    labels = f" They are: {', '.join(map(markdown_text, task.label_names))}." if task.label_names else ""
    values = {
        "title": markdown_text(title),
        "budget": f"{budget:g}",
        "name": markdown_text(task.folder.name),
        "classes": str(task.class_num),
        "train": str(task.train_num),
        "test": str(task.test_num),
        "labels": labels,
        "format": (TEMPLATES / f"{'autodl' if task.folder.is_autodl else 'autospeech'}_format.md").read_text("utf-8"),
    }
    return {
        page: Template((TEMPLATES / f"{page}.md").read_text("utf-8")).substitute(values).encode()
        for page in (*PAGES, TERMS)
    }
