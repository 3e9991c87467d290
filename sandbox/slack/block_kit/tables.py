"""Blocks that show figures and progress: tables, charts, plans."""

from typing import Annotated, Literal

from pydantic import Field

from sandbox.slack.block_kit.parts import ABSENT, Id, Part, of_length
from sandbox.slack.block_kit.rich_text import RichTextBlock

ChartLabel = Annotated[str, of_length(20)]


class RawText(Part):
    type: Literal["raw_text"]
    text: str


class RawNumber(Part):
    type: Literal["raw_number"]
    text: str
    value: float


Cell = Annotated[RichTextBlock | RawText | RawNumber, Field(discriminator="type")]


class ColumnSetting(Part):
    align: Literal["left", "center", "right"] = ABSENT
    is_wrapped: bool = ABSENT


class Table(Part):
    type: Literal["table"]
    block_id: Id = ABSENT
    rows: Annotated[list[Annotated[list[Cell], Field(max_length=20)]], Field(min_length=1, max_length=100)]
    column_settings: Annotated[list[ColumnSetting], Field(min_length=1, max_length=20)] = ABSENT


class DataTable(Part):
    type: Literal["data_table"]
    block_id: Id = ABSENT
    caption: str
    rows: Annotated[list[Annotated[list[Cell], Field(max_length=20)]], Field(min_length=2, max_length=201)]
    page_size: Annotated[float, Field(ge=1, le=100)] = ABSENT
    row_header_column_index: float = ABSENT


class Point(Part):
    label: ChartLabel
    value: float


class Series(Part):
    name: ChartLabel
    data: Annotated[list[Point], Field(min_length=1, max_length=20)]


class Axis(Part):
    categories: Annotated[list[ChartLabel], Field(min_length=1, max_length=20)]
    x_label: Annotated[str, Field(max_length=50)] = ABSENT
    y_label: Annotated[str, Field(max_length=50)] = ABSENT


class Pie(Part):
    type: Literal["pie"]
    segments: Annotated[list[Point], Field(min_length=1, max_length=6)]


class Plot(Part):
    type: Literal["bar", "line", "area"]
    series: Annotated[list[Series], Field(min_length=1, max_length=6)]
    axis_config: Axis


class DataVisualization(Part):
    type: Literal["data_visualization"]
    block_id: Id = ABSENT
    title: Annotated[str, of_length(50)]
    chart: Annotated[Pie | Plot, Field(discriminator="type")]


class UrlSource(Part):
    type: Literal["url"]
    url: str
    text: str


class TaskCard(Part):
    """A task. `pending` has a meaning only inside a plan, see `rules`."""

    type: Literal["task_card"]
    block_id: Id = ABSENT
    task_id: str
    title: str
    status: Literal["pending", "in_progress", "complete", "error"]
    details: RichTextBlock = ABSENT
    output: RichTextBlock = ABSENT
    sources: Annotated[list[UrlSource], Field(min_length=1)] = ABSENT


class Plan(Part):
    type: Literal["plan"]
    block_id: Id = ABSENT
    title: str
    tasks: Annotated[list[TaskCard], Field(min_length=1, max_length=50)] = ABSENT
