"""Internal notes: one for each marker, never a public one, whatever GitLab drops in silence."""

import pytest

from domain.issue_tracker import NoteText
from domain.issue_tracker_errors import MayNotHide, NoteWentPublic, NotVisible, Unreachable
from domain.issues import IssueRef
from sandbox.gitlab.world import Item, Role
from tests.integrations.gitlab_house import MARKER, NOTE, OTHER_MARKER, House


@pytest.fixture(params=["issue", "epic"])
def item(house: House, request: pytest.FixtureRequest) -> Item:
    return house.issue(home=house.group if request.param == "epic" else house.project)


@pytest.fixture
def ref(house: House, item: Item) -> IssueRef:
    return house.seen(item).ref


class TestPutting:
    def test_writes_an_internal_note(self, house: House, item: Item, ref: IssueRef) -> None:
        written = house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert [(note.id, note.internal, note.author) for note in item.notes] == [(written.id, True, house.bot)]
        assert item.notes[0].body.startswith("Asked for by 3 accounts.")

    def test_again_changes_it_in_place(self, house: House, item: Item, ref: IssueRef) -> None:
        first = house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        house.tracker().put_note(ref, text=NoteText("By 4."), marker=MARKER)
        assert house.tracker().put_note(ref, text=NoteText("By 5."), marker=MARKER, known=first.id).id == first.id

        assert [note.body.splitlines()[0] for note in item.notes] == ["By 5."]

    def test_the_same_writes_nothing(self, house: House, ref: IssueRef) -> None:
        known = house.tracker().put_note(ref, text=NOTE, marker=MARKER).id
        writes = len(house.gitlab.records.of("note.update", "note.create", "graphql.mutation"))

        house.tracker().put_note(ref, text=NOTE, marker=MARKER, known=known)

        assert len(house.gitlab.records.of("note.update", "note.create", "graphql.mutation")) == writes

    def test_writes_afresh_what_somebody_deleted(self, house: House, item: Item, ref: IssueRef) -> None:
        known = house.tracker().put_note(ref, text=NOTE, marker=MARKER).id
        item.notes.clear()

        house.tracker().put_note(ref, text=NOTE, marker=MARKER, known=known)

        assert len(item.notes) == 1

    def test_keeps_apart_notes_of_two_gaps(self, house: House, item: Item, ref: IssueRef) -> None:
        house.tracker().put_note(ref, text=NOTE, marker=MARKER)
        house.tracker().put_note(ref, text=NOTE, marker=OTHER_MARKER)

        assert len(item.notes) == 2

    def test_takes_twins_away(self, house: House, item: Item, ref: IssueRef) -> None:
        body = house.tracker().put_note(ref, text=NOTE, marker=MARKER).text
        house.gitlab.work.note(item, by=house.bot, body=body, internal=True)

        house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert len(item.notes) == 1

    def test_leaves_alone_what_others_wrote_with_our_marker(self, house: House, item: Item, ref: IssueRef) -> None:
        body = f"Look!\n\n[gapbot]: # ({MARKER.word})"
        house.gitlab.work.note(item, by=house.ann, body=body)

        house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert [(note.author, note.internal) for note in item.notes] == [(house.ann, False), (house.bot, True)]
        assert house.tracker().notes(ref)[0].is_ours is False

    def test_finds_it_behind_hundreds_of_others(self, house: House, item: Item, ref: IssueRef) -> None:
        for number in range(230):
            house.gitlab.work.note(item, by=house.ann, body=f"Comment {number}")
        house.tracker().put_note(ref, text=NOTE, marker=MARKER)
        house.tracker().put_note(ref, text=NoteText("Other."), marker=MARKER)

        assert sum(note.author is house.bot for note in item.notes) == 1


class TestNeverPublic:
    def test_a_guest_writes_nothing(self, house: House, item: Item, ref: IssueRef) -> None:
        house.demote(Role.GUEST)

        assert not house.tracker().may_note_internally(ref)
        with pytest.raises(MayNotHide, match="Planner"):
            house.tracker().put_note(ref, text=NOTE, marker=MARKER)
        assert item.notes == []

    def test_a_right_lost_between_question_and_deed(self, house: House, item: Item, ref: IssueRef) -> None:
        real = house.gitlab.work.note
        house.gitlab.work.note = lambda *args, **kw: real(*args, **kw | {"internal": False})  # type: ignore[method-assign]

        with pytest.raises(NoteWentPublic) as told:
            house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert told.value.is_removed
        assert item.notes == []

    def test_that_could_not_be_deleted_is_deleted_the_next_time(self, house: House, item: Item, ref: IssueRef) -> None:
        body = f"{NOTE.text}\n\n[gapbot]: # ({MARKER.word})"
        house.gitlab.work.note(item, by=house.bot, body=body)
        operation = "note.delete" if item.type_name == "issue" else "graphql.mutation"
        house.gitlab.faults.script(operation, "502_before_effect")

        with pytest.raises(NoteWentPublic, match="could not") as told:
            house.tracker().put_note(ref, text=NOTE, marker=MARKER)
        assert not told.value.is_removed
        with pytest.raises(NoteWentPublic, match="have deleted"):
            house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert item.notes == []
        assert house.tracker().put_note(ref, text=NOTE, marker=MARKER).is_internal

    def test_no_right_to_ask_is_no_right_to_write(self, house: House, item: Item, ref: IssueRef) -> None:
        house.gitlab.faults.script("graphql.query", "502_before_effect", times=4)

        with pytest.raises(Unreachable):
            house.tracker().put_note(ref, text=NOTE, marker=MARKER)
        assert item.notes == []


class TestRemoving:
    def test_deletes_our_note_only(self, house: House, item: Item, ref: IssueRef) -> None:
        house.gitlab.work.note(item, by=house.ann, body="Hello")
        house.tracker().put_note(ref, text=NOTE, marker=MARKER)

        assert house.tracker().remove_note(ref, marker=MARKER)
        assert not house.tracker().remove_note(ref, marker=MARKER)
        assert [note.body for note in item.notes] == ["Hello"]

    def test_of_an_item_that_is_gone(self, house: House, item: Item, ref: IssueRef) -> None:
        house.gitlab.work.delete(item)

        with pytest.raises(NotVisible):
            house.tracker().remove_note(ref, marker=MARKER)
