"""Who may do what: every listener of the bot, for every kind of person. A new listener without a row fails here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from slack_bolt import BoltRequest, BoltResponse

from domain.people import PersonKind
from handlers.conversation import ids as conversation
from handlers.triage import ids as triage
from storage.models import AuditRow, Person, Request
from tests.scenarios.forms import filled_in_form
from tests.scenarios.office import Office

ALLOWED, REFUSED, NOTHING = "allowed", "refused", "nothing"
# Ava files, Ada administers, Pat is a product manager by group, Gwen leads; none of them filed request 1 but Cem.
MEMBERS = ("ava", "cem", "pat", "ada", "gwen")
STRANGERS = ("gus", "eve", "dan", "nobody", "robo")
CLOSED_DOORS = ("full members", "deactivated", "do not know you yet", "other bots", "may not do this")


@dataclass(frozen=True)
class Door:
    """A listener: how somebody comes to it, and who gets through."""

    payload: Callable[[Office, str], tuple[str, dict[str, Any]]]
    open_to: tuple[str, ...] = MEMBERS
    strangers_get: str = REFUSED
    others_get: str = REFUSED


def command(name: str, text: str = "") -> Door:
    return Door(lambda _office, _by: ("command", {"command": name, "text": text}))


def action(action_id: str, value: str = "", *, open_to: tuple[str, ...] = MEMBERS) -> Door:
    button = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}

    def payload(office: Office, by: str) -> tuple[str, dict[str, Any]]:
        address = office.slack.response_urls.issue(user_id=by, channel=office.world.channel("general"))
        return "interaction", {"type": "block_actions", "actions": [button], "response_url": address}

    return Door(payload, open_to)


def menu(action_id: str, value: str) -> Door:
    chosen = {"type": "overflow", "action_id": action_id, "block_id": "b", "selected_option": {"value": value}}
    return Door(lambda _office, _by: ("interaction", {"type": "block_actions", "actions": [chosen]}))


def redrawing(action_id: str) -> Door:
    def payload(office: Office, by: str) -> tuple[str, dict[str, Any]]:
        view = filled_in_form(office.world.ids.new("V"), title=f"A wish of {by}")
        values = view["state"]["values"]
        values["title"] = {"title": {"type": "plain_text_input", "value": "SCIM provisioning"}}
        dispatched = {"type": "plain_text_input", "action_id": action_id, "block_id": action_id}
        return "interaction", {"type": "block_actions", "actions": [dispatched], "view": view}

    return Door(payload)


def form(callback_id: str, *, open_to: tuple[str, ...] = MEMBERS, metadata: str = "{}") -> Door:
    def payload(office: Office, by: str) -> tuple[str, dict[str, Any]]:
        view = filled_in_form(office.world.ids.new("V"), title=f"A wish of {by}") | {
            "callback_id": callback_id,
            "private_metadata": metadata,
        }
        return "interaction", {"type": "view_submission", "view": view}

    return Door(payload, open_to)


def event(name: str, **more: Any) -> Door:
    def payload(_office: Office, by: str) -> tuple[str, dict[str, Any]]:
        said = {"type": name, "user": by, "channel": "C0GENERAL", "ts": "1.0", "text": "top gaps", **more}
        return "event", {"type": "event_callback", "event": said}

    return Door(payload)


def finding(action_id: str) -> Door:
    chosen = {"selected_option": {"value": "account:2"}}
    picked = {"type": "external_select", "action_id": action_id, "block_id": "turn.1.account", **chosen}
    return Door(lambda _office, _by: ("interaction", {"type": "block_actions", "actions": [picked]}), open_to=())


OWNERS = ("cem", "pat", "ada")
LISTERS = ("pat", "ada", "gwen")
DOORS: dict[str, Door] = {
    "command /feature-request": command("/feature-request", "SSO"),
    "command /top-gaps": command("/top-gaps"),
    "command /gap": command("/gap", "GAP-1"),
    "shortcut feature_request.open": Door(
        lambda _office, _by: ("interaction", {"type": "shortcut", "callback_id": "feature_request.open"})
    ),
    "options account": Door(
        lambda _office, _by: (
            "options",
            {"type": "block_suggestion", "action_id": "account", "block_id": "account", "value": "nord"},
        ),
        strangers_get=NOTHING,
    ),
    "action feature_request.open_form": action("feature_request.open_form"),
    "action account": redrawing("account"),
    "action title": redrawing("title"),
    "action feature_request.edit": action("feature_request.edit", "1", open_to=OWNERS),
    "action feature_request.withdraw": action("feature_request.withdraw", "1", open_to=OWNERS),
    "action gap_card.open": action("gap_card.open", "1"),
    "action top_gaps.next": action("top_gaps.next", '{"page": 1, "size": 1}'),
    "action top_gaps.previous": action("top_gaps.previous", '{"page": 0, "size": 1}'),
    "action top_gaps.table": action("top_gaps.table", '{"page": 0, "query": "1", "is_table": true}'),
    "action top_gaps.list": action("top_gaps.list", '{"page": 0, "query": "1"}'),
    "action top_gaps.filter": action("top_gaps.filter", "{}"),
    "action top_gaps.save": action("top_gaps.save", '{"query": "priority:P0"}'),
    "action top_gaps.csv": action("top_gaps.csv", "{}"),
    "action top_gaps.row": menu("top_gaps.row", "why:1"),
    "view top_gaps.filters": form("top_gaps.filters"),
    "view top_gaps.save_view": form("top_gaps.save_view", metadata='{"query": "priority:P0"}'),
    "action what_if.open": action("what_if.open", "{}", open_to=LISTERS),
    "view what_if.form": form("what_if.form", open_to=LISTERS),
    "action why.open": action("why.open", "1"),
    "action estimate.open": action("estimate.open", "1", open_to=("pat", "ada")),
    "view estimate.form": form("estimate.form", open_to=("pat", "ada"), metadata='{"gap_id": 1}'),
    "action correction.open": action("correction.open", "1", open_to=("pat", "ada")),
    "view correction.form": form("correction.form", open_to=("pat", "ada"), metadata='{"gap_id": 1}'),
    "view feature_request.form": form("feature_request.form"),
    "view feature_request.correction": form(
        "feature_request.correction", open_to=OWNERS, metadata='{"request_id": 1, "version": 1}'
    ),
    "action top10.approve": action("top10.approve", "1", open_to=()),
    "action top10.reject": action("top10.reject", "1", open_to=()),
    "action top10.discuss": action("top10.discuss", "1", open_to=()),
    "action top10.propose": action("top10.propose", open_to=LISTERS),
    "view top10.propose_form": form("top10.propose_form", open_to=LISTERS),
    "view top10.approve_form": form("top10.approve_form", open_to=(), metadata="1"),
    "view top10.reject_form": form("top10.reject_form", open_to=(), metadata="1"),
    "view top10.discuss_form": form("top10.discuss_form", open_to=(), metadata="1"),
    "view digest.subscribe_form": form("digest.subscribe_form", open_to=LISTERS),
    "action digest.end": action("digest.end", "slack:1", open_to=()),
    "action gap_moves.open": action("gap_moves.open", "1", open_to=("pat", "ada")),
    "view gap_moves.form": form("gap_moves.form", open_to=("pat", "ada"), metadata="1"),
    "view promises.form": form("promises.form", open_to=()),
    "action notices.prefer": action("notices.prefer"),
    **{
        f"action {one}": action(one, '{"c": 1, "v": "1"}', open_to=())
        for one in map(str, conversation.Action)
        if one != "conversation.find_account"
    },
    "action conversation.find_account": finding("conversation.find_account"),
    "options conversation.find_account": Door(
        lambda _office, _by: (
            "options",
            {"type": "block_suggestion", "action_id": "conversation.find_account", "block_id": "b", "value": "nord"},
        ),
        strangers_get=NOTHING,
    ),
    "view conversation.form": form("conversation.form", open_to=(), metadata='{"conversation": 1}'),
    "view conversation.edit_form": form("conversation.edit_form", open_to=(), metadata='{"conversation": 1}'),
    "shortcut conversation.file_message": Door(
        lambda office, _by: (
            "interaction",
            {
                "type": "message_action",
                "callback_id": "conversation.file_message",
                "channel": {"id": "C0GENERAL"},
                "message": {"ts": "1.0", "user": "U0CEM", "text": "They need SSO"},
                "action_ts": office.world.timestamps.new(),
            },
        )
    ),
    **{f"action {one}": action(one, "1", open_to=("pat", "ada")) for one in map(str, triage.Action)},
    **{f"view {one}": form(one, open_to=("pat", "ada"), metadata="1") for one in map(str, triage.View)},
    # Only who was asked something may answer it.
    "action triage.answer": action("triage.answer", "1", open_to=()),
    "view triage.answer_form": form("triage.answer_form", open_to=(), metadata="1"),
    "action triage.unmerge": action("triage.unmerge", "1", open_to=("pat", "ada")),
    "action split.open": action("split.open", "1", open_to=("pat", "ada")),
    "options split_requests": Door(
        lambda office, _by: (
            "options",
            {
                "type": "block_suggestion",
                "action_id": "split_requests",
                "block_id": "b",
                "value": "",
                "view": filled_in_form(office.world.ids.new("V"), title="x") | {"private_metadata": "1"},
            },
        ),
        open_to=("pat", "ada"),
        strangers_get=NOTHING,
        others_get=NOTHING,
    ),
    "view split.form": form("split.form", open_to=("pat", "ada"), metadata="1"),
    "action split.undo": action("split.undo", "1", open_to=("pat", "ada")),
    "action home.previous": action("home.previous", "requests:0"),
    "action home.next": action("home.next", "requests:1"),
    "event app_mention": event("app_mention"),
    "event message": event("message", channel_type="im"),
}
MESSAGES = (DOORS["event app_mention"], DOORS["event message"])
# Buttons of one row lead to one listener: it is tried with one of them.
_SIBLINGS = {f"action {one}" for one in conversation.ROWS[1:]}
TRIED = {name: door for name, door in DOORS.items() if name not in _SIBLINGS}
OFFICES = 9
"""Each has every ninth door: opening an office takes longer than to try a door. Neighbours share what they say once."""
# Each of these answers everybody alike: it looks Slack up again, or says that nobody knows what was meant.
# A guest's Home tab is one sentence; see `test_looking`.
OPEN_TO_ALL = {
    "ConversationListeners.reacted",
    "WelcomeListeners.home_opened",
    "WelcomeListeners.person_changed",
    "WelcomeListeners.group_changed",
    "WelcomeListeners.ignore_event",
    "WelcomeListeners.ignore",
    "WelcomeListeners.refuse_form",
    "WelcomeListeners.unknown_command",
    "WelcomeListeners.no_options",
}


@pytest.fixture
def office(office: Office) -> Office:
    """With the roles of groups known, and a bot among the people."""
    office.know_groups()
    robo = office.world.add_user("robo", kind="bot", user_id="U0ROBO")
    with office.database.write() as session:
        session.add(Person(id=robo.id, team_id=robo.team_id, name="robo", kind=PersonKind.BOT, seen_at=office.now()))
    return office


def at_the_door(office: Office, door: Door, name: str) -> str:
    """Send somebody to a door, and tell from what they and everybody else got to see whether they went through."""
    by = "U0NOBODY" if name == "nobody" else office.world.user(name).id
    kind, payload = door.payload(office, by)
    before = len(office.slack.records.calls)
    answer = office.send(kind, office.envelope(kind, payload, by=by))
    office.settle()

    assert answer.status == 200
    said = [call for call in office.slack.records.calls[before:] if not call["method"].startswith("users.")]
    heard = f"{answer.body} {[call['body'] for call in said]}"
    assert "went wrong" not in heard
    if any(words in heard for words in CLOSED_DOORS):
        return REFUSED
    if kind in {"event", "options"} and answer.body in (None, "", {"options": []}) and not said:
        return NOTHING
    return ALLOWED


def strangers_get(door: Door, name: str) -> str:
    """Bots would answer back, and whoever left reads nothing: neither hears why their message is not answered."""
    return NOTHING if name in {"dan", "robo"} and door in MESSAGES else door.strangers_get


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_listener_has_its_row(office: Office) -> None:
    app = office.bolt_app
    covered = set[int]()
    for door in DOORS.values():
        kind, payload = door.payload(office, office.ava.id)
        request = BoltRequest(body=office.envelope(kind, payload), mode="socket_mode")
        covered.add(
            next(n for n, one in enumerate(app._listeners) if one.matches(req=request, resp=BoltResponse(status=200)))
        )

    missing = [
        listener.ack_function.__qualname__
        for number, listener in enumerate(app._listeners)
        if number not in covered and listener.ack_function.__qualname__ not in OPEN_TO_ALL
    ]
    assert missing == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("start", range(OFFICES))
def test_each_door_opens_for_whom_it_should(office: Office, start: int) -> None:
    doors = dict(list(TRIED.items())[start::OFFICES])
    expected = {
        (name, who): ALLOWED if who in door.open_to else door.others_get
        for name, door in doors.items()
        for who in MEMBERS
    }
    expected |= {(door, name): strangers_get(doors[door], name) for door in doors for name in ("gus", "nobody")}

    found = {(door, name): at_the_door(office, doors[door], name) for door, name in expected}
    assert {who: got for who, got in found.items() if got != expected[who]} == {}
    assert {request.requester_id for request in office.rows(Request)} <= {
        *(office.world.user(name).id for door in doors.values() for name in door.open_to),
        "U0CEM",
        "U0GWEN",
    }


def test_a_role_that_was_taken_away_counts_no_more(office: Office) -> None:
    group = office.world.user_groups["S0PM"]
    group.members.remove("U0PAT")
    office.know_groups()

    assert at_the_door(office, DOORS["action feature_request.withdraw"], "pat") == REFUSED


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_doors_are_the_same_on_the_other_database(office: Office) -> None:
    for name in ("command /top-gaps", "action feature_request.edit", "view feature_request.form", "options account"):
        door = DOORS[name]
        for person in ("ava", "cem", *STRANGERS):
            if person in STRANGERS:
                assert at_the_door(office, door, person) == strangers_get(door, person), (name, person)
            else:
                assert (at_the_door(office, door, person) == ALLOWED) == (person in door.open_to), (name, person)


def test_who_was_refused_left_no_trace(office: Office) -> None:
    for name in STRANGERS:
        at_the_door(office, DOORS["view feature_request.form"], name)

    assert office.count(Request) == 4
    assert {(row.action, row.subject) for row in office.rows(AuditRow)} == {
        ("stranger.refused", "form:feature_request.form")
    }
