"""Slack's native tables and charts, in messages only. slack_sdk knows no class for charts, so both are plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block

from domain.text import shortened

MOST_POINTS = 20
MOST_SERIES = 6
LABEL_LENGTH = 20
TITLE_LENGTH = 50
CELL_LENGTH = 120
"""20 rows of ten such cells stay below Slack's 10,000 characters a table, since only titles come near it."""


class JsonBlock(Block):
    """A block that is what its JSON says."""

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__(type=content["type"], block_id=content.get("block_id"))
        self._content = content

    def to_dict(self) -> dict[str, Any]:
        return self._content


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its heading, and whether it holds numbers."""

    heading: str
    is_number: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, block_id: str | None = None) -> Block:
    """A table of texts that scrolls sideways; empty cells are shown as a dash, since Slack refuses empty text."""
    cells = [[column.heading for column in columns], *rows]
    content: dict[str, Any] = {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": shortened(cell, CELL_LENGTH) or "–"} for cell in row] for row in cells],
        "column_settings": [
            {"align": "right" if column.is_number else "left", "is_wrapped": False} for column in columns
        ],
    }
    return JsonBlock(content | ({"block_id": block_id} if block_id else {}))


def line_chart(
    title: str, *, labels: Sequence[str], series: Mapping[str, Sequence[float]], x_label: str, y_label: str
) -> Block:
    """Lines over the same points. Of more than twenty, the first, the last and evenly chosen ones between are shown."""
    chosen = _evenly(len(labels))
    names = [shortened(labels[at], LABEL_LENGTH) for at in chosen]
    return JsonBlock(
        {
            "type": "data_visualization",
            "title": shortened(title, TITLE_LENGTH),
            "chart": {
                "type": "line",
                "series": [
                    {
                        "name": shortened(name, LABEL_LENGTH),
                        "data": [
                            {"label": label, "value": values[at]} for label, at in zip(names, chosen, strict=True)
                        ],
                    }
                    for name, values in list(series.items())[:MOST_SERIES]
                ],
                "axis_config": {
                    "categories": names,
                    "x_label": shortened(x_label, TITLE_LENGTH),
                    "y_label": shortened(y_label, TITLE_LENGTH),
                },
            },
        }
    )


def _evenly(count: int) -> list[int]:
    if count <= MOST_POINTS:
        return list(range(count))
    return [round(at * (count - 1) / (MOST_POINTS - 1)) for at in range(MOST_POINTS)]
