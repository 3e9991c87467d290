"""The shape everything on Slack's wires has: open JSON."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
