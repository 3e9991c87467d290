"""Keep a portfolio as columns and its order, and follow single changes: one filed request, one gap scored again.

    live = LiveRows.of(portfolio_without_requests, [requests, more_requests])
    order = Order.of(live.columns, calibration, as_of=day, model="composite")
    changed = live.changed(Changes(requests=(request,)))
    order = order.followed(changed, calibration)

Everything is a value: who has an older one goes on reading it while others follow. Answers are those of the plain
ranking. A million requests for a hundred thousand gaps take about 150 MB.
"""

from scoring.live.order import Order
from scoring.live.plain import plain_order
from scoring.live.rows import Changed, Changes, KnownFamily, LiveRows, chosen
from scoring.live.totals import Whole, add_up, ordering, totals

__all__ = [
    "Changed",
    "Changes",
    "KnownFamily",
    "LiveRows",
    "Order",
    "Whole",
    "add_up",
    "chosen",
    "ordering",
    "plain_order",
    "totals",
]
