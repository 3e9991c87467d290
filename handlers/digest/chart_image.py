"""The trend as a picture, for a Slack without charts of its own. Needs the extra `charts` (matplotlib)."""

import io

from domain.digest import Trend

LONGEST_DESCRIPTION = 1_000
"""Slack takes no more as a file's alternative text."""
_SIZE, _DOTS = (8.0, 4.0), 150


def drawn(trend: Trend, *, title: str) -> bytes | None:
    """The lines as PNG; None where matplotlib is not installed."""
    try:
        # Here and not above: it costs half a second, and most digests have Slack draw them.
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        return None
    figure = Figure(figsize=_SIZE, dpi=_DOTS, layout="constrained")
    axes = figure.subplots()
    for name, values in trend.scores.items():
        axes.plot(list(range(len(trend.days))), list(values), label=name, marker="o", markersize=3)
    step = max(1, len(trend.days) // 8)
    axes.set_xticks(list(range(0, len(trend.days), step)), [f"{day:%-d %b}" for day in trend.days[::step]])
    axes.set(title=title, ylabel="Score", xlabel="Day")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper")
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()


def described(trend: Trend, *, title: str) -> str:
    """The same in words, for who cannot see it."""
    lines = "; ".join(f"{name} from {values[0]:.1f} to {values[-1]:.1f}" for name, values in trend.scores.items())
    text = f"Line chart, {title.lower()} from {trend.days[0]:%-d %b} to {trend.days[-1]:%-d %b %Y}: {lines}."
    return text[:LONGEST_DESCRIPTION]
