"""The weekly run, people's wishes, seats that closed gaps leave, and what the clock does to proposals."""

from typing import Any

import pytest

from domain.errors import InvalidInput, NotAllowed, Refusal
from domain.people import PersonKind
from domain.quorum import ProposalState
from domain.words import GapState
from storage.database import Database
from tests.usecases.office import ADMIN, GUEST, PM, SELLER
from tests.usecases.top10_world import ELI, GUY, GWEN, PIET, Council, a_gap
from usecases.job_kinds import (
    ESCALATE_PROPOSAL,
    PROPOSAL_CHANGED,
    PROPOSAL_OPENED,
    REMIND_OF_PROPOSAL,
    SHOW_PROPOSAL,
    WATCH_PROPOSALS,
    ProposalMoved,
    SlotCame,
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def council(database: Database) -> Council:
    council = Council(database)
    council.ask()
    return council


@pytest.fixture
def governed(council: Council) -> Council:
    council.publish_first()
    return council


class TestWeeklyRun:
    def test_the_first_list_is_a_proposal_itself(self, council: Council) -> None:
        (proposal,) = council.govern.run("2026-11-02T08:00")
        assert council.official().number == 0
        council.agree(proposal)
        assert council.official().gap_ids == tuple(council.asked[:10])
        assert council.official().number == 1

    def test_a_period_is_run_once(self, council: Council) -> None:
        assert len(council.govern.run("2026-11-02T08:00")) == 1
        assert council.govern.run("2026-11-02T08:00") == []

    def test_what_is_proposed_already_is_not_proposed_again(self, council: Council) -> None:
        council.govern.run("week 1")
        council.office.clock.move(days=7)
        assert council.govern.run("week 2") == []

    def test_a_challenger_must_have_led_the_week_before(self, governed: Council) -> None:
        assert governed.govern.run("week 1") == []
        governed.office.clock.move(days=7)
        governed.more_demand(governed.asked[11], arr=110_000)  # stronger than the weakest, not among three
        assert governed.govern.run("week 2") == []
        governed.office.clock.move(days=7)
        (proposal,) = governed.govern.run("week 3")
        assert governed.proposal(proposal).change_key == f"swap:{governed.asked[11]}>{governed.asked[9]}"
        assert "stronger than whose seat it takes" in (governed.proposal(proposal).reason or "")

    def test_a_rejected_challenge_is_silent_for_four_weeks(self, governed: Council) -> None:
        governed.more_demand(governed.asked[11], arr=3_000_000)
        (proposal,) = governed.govern.run("week 1")
        governed.govern.decide(proposal, approved=False, by=GWEN, reason="One deal")
        governed.office.clock.move(days=7)
        assert governed.govern.run("week 2") == []
        governed.office.clock.move(days=22)
        assert len(governed.govern.run("week 5")) == 1

    def test_a_closed_gap_leaves_by_itself_and_the_next_is_proposed(self, governed: Council) -> None:
        governed.office.move(governed.asked[4], state=GapState.SHIPPED)
        with governed.database.write() as session:
            (proposal,) = governed.govern.run.fill(session)
        assert governed.official().number == 2
        assert governed.official().cause == f"GAP-{governed.asked[4]} is closed"
        assert governed.asked[4] not in governed.official().gap_ids
        assert governed.proposal(proposal).change_key == f"enter:{governed.asked[10]}"
        governed.agree(proposal)
        assert governed.official().gap_ids[-1] == governed.asked[10]

    def test_an_open_gap_leaves_nothing_to_fill(self, governed: Council) -> None:
        with governed.database.write() as session:
            assert governed.govern.run.fill(session) == []
        assert governed.official().number == 1


class TestWishes:
    def test_a_new_gap_takes_the_weakest_seat_unless_another_is_chosen(self, governed: Council) -> None:
        governed.wish("add", governed.asked[10])
        governed.wish("add", governed.asked[11], instead_of=governed.asked[0])
        keys = [one.change_key for one in governed.proposals()]
        assert keys == ["swap:11>10", "swap:12>1"]

    def test_a_pin_has_an_owner_a_reason_and_an_end(self, governed: Council) -> None:
        governed.agree(governed.wish("pin", governed.asked[5], until="2027-01-15"))
        pin = governed.official().seats[5].pin
        assert pin is not None
        assert (pin.by, pin.until.isoformat(), pin.reason) == (PM, "2027-01-15", "The board asks for it")

    def test_what_cannot_be_meant_is_said_beside_its_field(self, governed: Council) -> None:
        cases: list[tuple[dict[str, Any], set[str]]] = [
            ({"type_": "remove", "gap_id": 1, "reason": " "}, {"reason"}),
            ({"type_": None, "gap_id": 1}, {"type"}),
            ({"type_": "remove"}, {"gap"}),
            ({"type_": "remove", "gap_id": 12}, {"gap"}),
            ({"type_": "add", "gap_id": 1}, {"gap"}),
            ({"type_": "add", "gap_id": 999}, {"gap"}),
            ({"type_": "pin", "gap_id": 1, "until": "2026-11-01"}, {"until"}),
            ({"type_": "pin", "gap_id": 1, "until": "soon"}, {"until"}),
            ({"type_": "reorder", "order": "GAP-1, GAP-2"}, {"order"}),
            ({"type_": "reorder", "order": "as before"}, {"order"}),
            ({"type_": "reorder", "order": "1 2 3 4 5 6 7 8 9 10"}, {"order"}),
        ]
        for given, fields in cases:
            with pytest.raises(InvalidInput) as invalid:
                governed.govern.propose(governed.a_wish(**given))
            assert set(invalid.value.fields) == fields, given
        assert governed.proposals() == []

    def test_the_same_wish_is_open_once(self, governed: Council) -> None:
        wish = governed.a_wish("remove", governed.asked[1])
        governed.govern.propose(wish)
        governed.govern.propose(wish)
        with pytest.raises(InvalidInput, match="proposed already"):
            governed.wish("remove", governed.asked[1], by=GWEN)
        assert len(governed.proposals()) == 1

    def test_others_do_not_propose(self, governed: Council) -> None:
        for by in (SELLER, PIET, ELI, GUEST):
            with pytest.raises(NotAllowed):
                governed.govern.propose.choices(by=by)
            with pytest.raises(NotAllowed):
                governed.wish("remove", 1, by=by)

    def test_there_is_nothing_to_change_before_the_first_list(self, council: Council) -> None:
        with pytest.raises(Refusal, match="no Top 10 yet"):
            council.wish("remove", council.asked[1])

    def test_the_gap_that_somebody_comes_from_is_offered_however_few_ask_for_it(self, governed: Council) -> None:
        nobodys, closed = 77, governed.asked[11]
        with governed.database.write() as session:
            session.add(a_gap(nobodys, at=governed.office.clock()))
        governed.office.move(closed, state=GapState.SHIPPED)
        for about, offered in ((nobodys, [nobodys, governed.asked[10]]), (closed, [governed.asked[10]])):
            choices = governed.govern.propose.choices(by=PM, about=about)
            assert [one.gap_id for one in choices.others] == offered

    def test_the_form_offers_the_list_then_the_ranking(self, governed: Council) -> None:
        choices = governed.govern.propose.choices(by=GWEN)
        assert [one.gap_id for one in choices.on_list] == governed.asked[:10]
        assert [(one.gap_id, one.rank) for one in choices.others] == [(11, 11), (12, 12)]


class TestList:
    def test_says_what_would_be_on_it_today(self, governed: Council) -> None:
        governed.more_demand(governed.asked[11], arr=3_000_000)
        shown = governed.govern.show(by=SELLER)
        assert [gap.gap_id for gap in shown.gaps] == governed.asked[:10]
        assert [one.gap_id for one in shown.stronger] == [governed.asked[11]]
        assert (shown.number, shown.shows_exact_money, shown.may_propose) == (1, False, False)
        assert governed.govern.show(by=PM).may_propose

    def test_a_version_says_what_is_new_in_it(self, governed: Council) -> None:
        governed.agree(governed.wish("add", 11))
        news = governed.govern.show.version(2)
        assert (news.difference.entered, news.difference.left) == ((11,), (10,))
        assert news.proposal_id == governed.proposals()[-1].id


class TestClock:
    def opened(self, council: Council, proposal: int) -> None:
        council.govern.watch.opened(council.office.attempt(PROPOSAL_OPENED, ProposalMoved(proposal_id=proposal)))

    def watch(self, council: Council) -> None:
        council.govern.watch.watch(council.office.attempt(WATCH_PROPOSALS, SlotCame()))

    def told(self, council: Council, kind: Any) -> list[str]:
        return [job.payload["to"] for job in council.office.jobs(kind) if not job.token]

    def test_the_channel_and_everybody_who_can_decide_get_a_copy(self, governed: Council) -> None:
        proposal = governed.wish("remove", 1)
        self.opened(governed, proposal)
        assert self.told(governed, SHOW_PROPOSAL) == ["CTOP10", ELI, GUY, GWEN, PIET]
        self.opened(governed, proposal)
        assert len(self.told(governed, SHOW_PROPOSAL)) == 5

    def test_every_copy_is_edited_when_something_is_said(self, governed: Council) -> None:
        proposal = governed.wish("remove", 1)
        self.opened(governed, proposal)
        moved = governed.office.attempt(PROPOSAL_CHANGED, ProposalMoved(proposal_id=proposal))
        governed.govern.watch.changed(moved)
        assert len(self.told(governed, SHOW_PROPOSAL)) == 10

    def test_who_has_not_decided_is_reminded_once_before_it_expires(self, governed: Council) -> None:
        proposal = governed.wish("remove", 1)
        self.opened(governed, proposal)
        governed.agree(proposal, GUY)
        governed.office.clock.move(days=5, hours=23)
        self.watch(governed)
        assert self.told(governed, REMIND_OF_PROPOSAL) == []
        governed.office.clock.move(hours=1)
        self.watch(governed)
        self.watch(governed)
        assert self.told(governed, REMIND_OF_PROPOSAL) == [ELI, PIET]

    def test_it_expires(self, governed: Council) -> None:
        proposal = governed.wish("remove", 1)
        governed.office.clock.move(days=8)
        self.watch(governed)
        assert governed.proposal(proposal).state == ProposalState.EXPIRED
        assert governed.official().number == 1
        assert governed.wish("remove", 1) != proposal

    def test_admins_hear_once_of_a_role_that_nobody_is_left_for(self, governed: Council) -> None:
        proposal = governed.wish("remove", 1)
        self.opened(governed, proposal)
        assert self.told(governed, ESCALATE_PROPOSAL) == []
        governed.office.person(ELI, PersonKind.DEACTIVATED)
        self.watch(governed)
        self.watch(governed)
        assert self.told(governed, ESCALATE_PROPOSAL) == [ADMIN]
        assert [one for one in governed.office.audit(f"proposal:{proposal}") if one.action == "proposal.escalated"]
