"""Lists of issues as GitLab's API gives them: filtered, ordered, and cut into pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.gitlab.access import can_see
from sandbox.gitlab.calls import Call, Refused
from sandbox.gitlab.search import matches
from sandbox.gitlab.world import Item

_USUAL, _MOST = 20, 100
_COUNTED = 10_000
_ORDERS = {"created_at": "created_at", "updated_at": "updated_at", "title": "title"}


def filtered(call: Call, items: Iterable[Item]) -> list[Item]:
    """What the user may see of them, by the filters of the query, in its order."""
    found = [item for item in items if can_see(call.user, item) and _is_wanted(call, item)]
    order = _ORDERS.get(call.asked("order_by", "created_at"))
    if order is None:
        raise Refused(400, "order_by does not have a valid value")
    return sorted(found, key=lambda item: (getattr(item, order), item.id), reverse=call.asked("sort", "desc") == "desc")


def page(call: Call, rows: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page by number, with GitLab's headers; the total is not counted beyond 10,000."""
    size, number = _size(call), int(call.asked("page", "1"))
    shown = rows[(number - 1) * size : number * size]
    is_last = number * size >= len(rows)
    headers = {"X-Page": str(number), "X-Per-Page": str(size), "X-Next-Page": "" if is_last else str(number + 1)}
    if len(rows) <= _COUNTED:
        headers |= {"X-Total": str(len(rows)), "X-Total-Pages": str(-(-len(rows) // size) or 1)}
    if not is_last:
        headers["Link"] = _link(call, page=str(number + 1))
    return shown, headers


def _size(call: Call) -> int:
    return min(max(int(call.asked("per_page", str(_USUAL))), 1), _MOST)


def _link(call: Call, **changed: str) -> str:
    pairs = [(name, value) for name, values in call.query.items() if name not in changed for value in values]
    base = call.url.partition("?")[0]
    return f'<{base}?{urlencode([*pairs, *changed.items()])}>; rel="next"'


def _is_wanted(call: Call, item: Item) -> bool:
    return (
        _by_state(call, item)
        and _by_time(call, item)
        and _by_text(call, item)
        and (call.asked("scope", "all") != "created_by_me" or item.author is call.user)
        and (not call.query.get("iids[]") or str(item.iid) in call.query["iids[]"])
        and all(label in item.labels for label in call.asked("labels").split(",") if label)
    )


def _by_state(call: Call, item: Item) -> bool:
    state = call.asked("state", "all")
    return state in {"all", item.state}


def _by_time(call: Call, item: Item) -> bool:
    """Both are inclusive."""
    return (not call.asked("updated_after") or item.updated_at >= _moment(call, "updated_after")) and (
        not call.asked("created_after") or item.created_at >= _moment(call, "created_after")
    )


def _by_text(call: Call, item: Item) -> bool:
    text = call.asked("search")
    return not text or matches(item, text, where=call.asked("in", "title,description").split(","))


def _moment(call: Call, name: str) -> datetime:
    try:
        return datetime.fromisoformat(call.asked(name))
    except ValueError:
        raise Refused(400, f"{name} is invalid") from None
