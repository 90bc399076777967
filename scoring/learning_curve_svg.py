"""The learning curve as inline SVG, which follows the colours of the page that it stands in."""

from __future__ import annotations

from alc import transformed_time
from scoreboard import Scoreboard
from time_ticks import duration_text, time_ticks

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 66, 20, 44, 44


def learning_curve_svg(board: Scoreboard) -> str:
    """Draw the score over transformed time.

    Args:
        board: The scored predictions.

    Returns:
        An `svg` element; its classes are coloured by results_page.css. All text in it is ours, so nothing
        needs escaping.
    """
    budget = board.time_budget
    counted = board.counted
    scores = [p.nauc for p in counted]
    lowest = -1.0 if min(scores, default=0) < -0.5 else -0.5 if min(scores, default=0) < 0 else 0.0

    def x(place: float) -> float:
        return round(LEFT + place * (WIDTH - LEFT - RIGHT), 1)

    def y(score: float) -> float:
        return round(HEIGHT - BOTTOM - (score - lowest) / (1 - lowest) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="curve-title curve-text">',
        '<title id="curve-title">Learning curve</title>',
        f'<desc id="curve-text">{_description(board)}</desc>',
    ]
    for step in range(5):
        score = lowest + step * (1 - lowest) / 4
        parts.append(f'<line class="grid" x1="{x(0)}" x2="{x(1)}" y1="{y(score)}" y2="{y(score)}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(score)}" class="beside" text-anchor="end">{score:.2f}</text>')
    sparse = {place for place, _ in time_ticks(budget, gap=0.18)}
    for place, label in time_ticks(budget, gap=0.044):
        kind = "" if place in sparse else ' class="dense"'
        anchor = "end" if place == 1 else "middle"
        parts.append(f'<line class="grid" x1="{x(place)}" x2="{x(place)}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text{kind} x="{x(place)}" y="{TOP - 8}" text-anchor="{anchor}">{label}</text>')
    for step in range(6):
        position = f'x="{x(step / 5)}" y="{HEIGHT - BOTTOM + 7}" text-anchor="middle"'
        parts.append(f'<text class="below" {position}>{step / 5:.1f}</text>')
    parts.append(f'<text class="axis" x="{LEFT}" y="15">real time</text>')
    parts.append(f'<text class="axis" x="{x(0.5)}" y="{HEIGHT - 6}" text-anchor="middle">transformed time</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text class="axis" x="20" y="{middle}" transform="rotate(-90 20 {middle})" text-anchor="middle">NAUC</text>'
    )
    parts.append(f'<line class="zero" x1="{x(0)}" x2="{x(1)}" y1="{y(0)}" y2="{y(0)}"/>')
    if counted:
        places = [transformed_time(p.seconds, budget) for p in counted]
        path = f"M{x(0)} {y(0)}" + "".join(f"H{x(t)}V{y(s)}" for t, s in zip(places, scores, strict=True))
        parts.append(f'<path class="area" d="{path}H{x(1)}V{y(0)}Z"/>')
        parts.append(f'<path class="line" d="{path}"/>')
        parts.append(f'<path class="held" d="M{x(places[-1])} {y(scores[-1])}H{x(1)}"/>')
        kind, radius = ("point", 4.5) if len(counted) <= 40 else ("point many", 2.2)
        for prediction, place in zip(counted, places, strict=True):
            title = f"prediction {prediction.number}: {prediction.seconds:.2f} s, NAUC {prediction.nauc:.4f}"
            centre = f'cx="{x(place)}" cy="{y(prediction.nauc)}"'
            parts.append(f'<circle class="{kind}" {centre} r="{radius}"><title>{title}</title></circle>')
    else:
        parts.append(f'<text class="empty" x="{x(0.5)}" y="{y(0.5)}" text-anchor="middle">no prediction yet</text>')
    return "\n".join([*parts, "</svg>"])


def _description(board: Scoreboard) -> str:
    if not board.counted:
        return "No prediction yet."
    first, last = board.counted[0], board.counted[-1]
    return (
        f"NAUC over time as steps: {first.nauc:.4f} at {duration_text(first.seconds)}, {last.nauc:.4f} at"
        f" {duration_text(last.seconds)}, which holds to the end of the budget. Area {board.alc:.4f}."
    )
