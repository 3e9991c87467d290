"""Follow "belongs to" pointers to their end: accounts to their ultimate parent, merged gaps to the survivor.

Real data has dangling and circular pointers, so both have an answer that depends on no order: a pointer to something
unknown is no pointer, and a circle is represented by its smallest id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where every node ends up, which nodes go round in circles, and who is directly below whom."""

    root_of: Mapping[str, str]
    circular: frozenset[str]
    children: Mapping[str, tuple[str, ...]]

    def below(self, nodes: Iterable[str]) -> frozenset[str]:
        """Return the nodes and everything under them, each once."""
        seen = set(nodes)
        pending = list(seen)
        while pending:
            for child in self.children.get(pending.pop(), ()):
                if child not in seen:
                    seen.add(child)
                    pending.append(child)
        return frozenset(seen)


def trace(pointers: Mapping[str, str | None]) -> Lineage:
    """Resolve `{id: id it points to}`."""
    root_of: dict[str, str] = {}
    circular: set[str] = set()
    for start in pointers:
        path = _path(start, pointers=pointers, known=root_of)
        root, circle = _end(path, pointers=pointers, known=root_of)
        circular.update(circle)
        root_of.update(dict.fromkeys(path, root))
    return Lineage(root_of=root_of, circular=frozenset(circular), children=_children(pointers))


def _path(start: str, *, pointers: Mapping[str, str | None], known: Mapping[str, str]) -> list[str]:
    """Walk until the end, a node already resolved, or a node seen on this walk."""
    path: dict[str, None] = {}
    node: str | None = start
    while node is not None and node in pointers and node not in known and node not in path:
        path[node] = None
        node = pointers[node]
    return list(path)


def _end(path: list[str], *, pointers: Mapping[str, str | None], known: Mapping[str, str]) -> tuple[str, Iterable[str]]:
    if not path:  # the start was resolved by an earlier walk, and nothing is left to do
        return "", ()
    last = path[-1]
    following = pointers[last]
    if following in known and following is not None:
        return known[following], ()
    if following in path:
        circle = path[path.index(following) :]
        return min(circle), circle
    return last, ()


def _children(pointers: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    children: dict[str, list[str]] = {}
    for node, parent in pointers.items():
        if parent is not None and parent in pointers:
            children.setdefault(parent, []).append(node)
    return {parent: tuple(nodes) for parent, nodes in children.items()}
