"""Internal notes: one for each marker, and never a public one.

GitLab drops `internal` without a word when the writer may not set it, and stores a public note, with status 201.
"""

from collections.abc import Callable
from typing import Any, Protocol

from domain.issue_tracker import Marker, Note, NoteText
from domain.issue_tracker_errors import MayNotHide, Misunderstood, NoteWentPublic, NotVisible, TrackerError
from domain.issues import IssueRef
from integrations import gitlab_queries as queries
from integrations import gitlab_records as records
from integrations.gitlab_errors import translated
from integrations.gitlab_session import Connection

_PAGE = 100


class Notes(Protocol):
    """The notes of one item. `may_hide` asks for the right to mark notes as internal there."""

    def may_hide(self) -> bool: ...
    def read(self, note_id: int) -> Note | None: ...
    def all(self) -> list[Note]: ...
    def add(self, text: str) -> Note: ...
    def change(self, note_id: int, text: str) -> Note: ...
    def delete(self, note_id: int) -> None: ...


def put(notes: Notes, *, text: NoteText, marker: Marker, known: int | None) -> Note:
    """See `Tracker.put_note`."""
    wanted = records.marked(text.text, marker)
    found = _ours(notes, marker, known=known)
    _refuse_public(notes, [note for note in found if not note.is_internal])
    for twin in found[1:]:
        notes.delete(twin.id)
    if found:
        kept = found[0]
        return kept if kept.text == wanted else notes.change(kept.id, wanted)
    if not notes.may_hide():
        raise MayNotHide("GitLab does not let me write internal notes there. I need the role Planner (or Reporter).")
    written = notes.add(wanted)
    _refuse_public(notes, [] if written.is_internal else [written])
    return written


def remove(notes: Notes, *, marker: Marker) -> bool:
    """See `Tracker.remove_note`."""
    found = _ours(notes, marker, known=None)
    for note in found:
        notes.delete(note.id)
    return bool(found)


def _ours(notes: Notes, marker: Marker, *, known: int | None) -> list[Note]:
    if known is not None:
        note = notes.read(known)
        if note is not None and note.is_ours and note.is_internal and records.bears(note.text, marker):
            return [note]
    return [note for note in notes.all() if note.is_ours and records.bears(note.text, marker)]


def _refuse_public(notes: Notes, public: list[Note]) -> None:
    if not public:
        return
    is_removed = True
    for note in public:
        try:
            notes.delete(note.id)
        except TrackerError:
            is_removed = False
    end = "I have deleted it." if is_removed else "I could not delete it yet."
    raise NoteWentPublic(
        f"GitLab stored a note of mine as public although I asked for an internal one. {end}", is_removed=is_removed
    )


class IssueNotes:
    """Of an issue in a project, by REST."""

    def __init__(self, connection: Connection, ref: IssueRef, *, item_id: Callable[[], int], our_id: int) -> None:
        self._connection = connection
        self._path = f"/projects/{ref.namespace_id}/issues/{ref.iid}/notes"
        self._item_id = item_id
        self._our_id = our_id

    def may_hide(self) -> bool:
        return may_hide(self._connection, item_id=self._item_id())

    def read(self, note_id: int) -> Note | None:
        try:
            row = self._connection.get(f"{self._path}/{note_id}")
        except NotVisible:
            return None
        return self._note(row, is_write=False)

    def all(self) -> list[Note]:
        found: list[Note] = []
        page = 1
        while True:
            rows = self._connection.get(
                self._path,
                order_by="created_at",
                sort="asc",
                activity_filter="only_comments",
                per_page=_PAGE,
                page=page,
            )
            found += [self._note(row, is_write=False) for row in rows]
            if len(rows) < _PAGE:
                return found
            page += 1

    def add(self, text: str) -> Note:
        return self._note(self._connection.post(self._path, {"body": text, "internal": True}), is_write=True)

    def change(self, note_id: int, text: str) -> Note:
        return self._note(self._connection.put(f"{self._path}/{note_id}", {"body": text}), is_write=True)

    def delete(self, note_id: int) -> None:
        try:
            self._connection.delete(f"{self._path}/{note_id}")
        except NotVisible:
            return

    def _note(self, row: Any, *, is_write: bool) -> Note:
        return translated(lambda: records.note(row, our_id=self._our_id), is_write=is_write)


class EpicNotes:
    """Of an item in a group, by GraphQL: REST's path is built from another id than the one people see."""

    def __init__(self, connection: Connection, *, item_id: int, our_id: int) -> None:
        self._connection = connection
        self._item_id = item_id
        self._our_id = our_id

    def may_hide(self) -> bool:
        return may_hide(self._connection, item_id=self._item_id)

    def read(self, note_id: int) -> Note | None:
        return next((note for note in self.all() if note.id == note_id), None)

    def all(self) -> list[Note]:
        found: list[Note] = []
        after = None
        while True:
            answer = self._connection.graphql(queries.NOTES, id=_item_gid(self._item_id), after=after)
            nodes, after = translated(lambda answer=answer: _discussions(answer), is_write=False)  # type: ignore[misc]
            found += [self._note(node) for node in nodes]
            if after is None:
                return found

    def add(self, text: str) -> Note:
        return self._written(queries.ADD_NOTE, "createNote", id=_item_gid(self._item_id), body=text)

    def change(self, note_id: int, text: str) -> Note:
        return self._written(queries.CHANGE_NOTE, "updateNote", id=_note_gid(note_id), body=text)

    def delete(self, note_id: int) -> None:
        try:
            self._connection.graphql(queries.DELETE_NOTE, is_write=True, id=_note_gid(note_id))
        except NotVisible:
            return

    def _written(self, query: str, mutation: str, **variables: str) -> Note:
        answer = self._connection.graphql(query, is_write=True, **variables)
        result = translated(lambda: answer[mutation], is_write=True)
        if not result or result.get("errors") or not result.get("note"):
            raise Misunderstood("GitLab did not take the note.")
        return self._note(result["note"])

    def _note(self, node: Any) -> Note:
        return translated(lambda: records.work_item_note(node, our_id=self._our_id), is_write=False)


def may_hide(connection: Connection, *, item_id: int) -> bool:
    """Ask whether notes can be marked as internal there; an item that is hidden from us counts as no."""
    answer = connection.graphql(queries.MAY_HIDE, id=_item_gid(item_id))
    item = translated(lambda: answer["workItem"], is_write=False)
    return bool(item) and item["userPermissions"]["markNoteAsInternal"] is True


def _discussions(answer: Any) -> tuple[list[Any], str | None]:
    if answer["workItem"] is None:
        raise NotVisible("GitLab shows me no such epic: it is gone, or I have no access to it.")
    widget = next(one for one in answer["workItem"]["widgets"] if one)
    info = widget["discussions"]["pageInfo"]
    nodes = [note for thread in widget["discussions"]["nodes"] for note in thread["notes"]["nodes"]]
    return nodes, info["endCursor"] if info["hasNextPage"] else None


def _item_gid(item_id: int) -> str:
    return f"gid://gitlab/WorkItem/{item_id}"


def _note_gid(note_id: int) -> str:
    return f"gid://gitlab/Note/{note_id}"
