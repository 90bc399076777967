"""The pages of a competition, and the file that says what its image needs."""

from __future__ import annotations

from pathlib import Path
from string import Template

from autospeech.bundle.competition_task import CompetitionTask

TEMPLATES = Path(__file__).parent / "pages"
# Titles by the name of the file, in the order in which they are shown.
PAGES = {"overview": "Overview", "data": "Data", "evaluation": "Evaluation"}
TERMS = "terms"


def competition_pages(task: CompetitionTask, title: str, budget: float) -> dict[str, bytes]:
    """Fill in the pages.

    Args:
        task: The data set.
        title: Of the competition.
        budget: Seconds.

    Returns:
        Name of the page (`overview`, `data`, `evaluation`, `terms`) -> Markdown.
    """
    labels = f" They are: {', '.join(task.label_names)}." if task.label_names else ""
    values = {
        "title": title,
        "budget": f"{budget:g}",
        "name": task.folder.name,
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
