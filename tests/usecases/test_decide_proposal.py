"""Deciding: one word a role, one word a person, applied at once, and the loser is told."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound, Overtaken, Refusal
from domain.people import PersonKind
from domain.quorum import AlreadyDecided, ProposalState
from domain.words import GapState
from storage.database import Database, DatabaseBusy
from tests.usecases.office import ADMIN, GUEST, PM, SELLER
from tests.usecases.top10_world import ELI, GUY, GWEN, PIET, Council
from usecases.job_kinds import ANNOUNCE_TOP10, PROPOSAL_CHANGED


@pytest.fixture
def council(database: Database) -> Council:
    council = Council(database)
    council.ask()
    council.publish_first()
    return council


ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@ON_SQLITE
class TestDeciding:
    def test_the_last_word_that_was_missing_applies_the_change(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        for by, expected in ((PIET, ProposalState.OPEN), (GWEN, ProposalState.OPEN), (ELI, ProposalState.APPLIED)):
            assert council.govern.decide(proposal, approved=True, by=by) is expected
        assert council.official().number == 2
        assert council.asked[3] not in council.official().gap_ids
        assert council.proposal(proposal).state == ProposalState.APPLIED
        assert council.official().proposal_id == proposal

    def test_everything_is_in_the_history(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.agree(proposal)
        history = [(row.action, row.actor_id) for row in council.office.audit(f"proposal:{proposal}")]
        assert history == [
            ("proposal.opened", PM),
            ("proposal.approve", GWEN),
            ("proposal.approve", PIET),
            ("proposal.approve", ELI),
            ("proposal.applied", ELI),
        ]
        (published,) = council.office.audit("top10:2")
        assert published.before == {"gaps": council.asked[:10]}

    def test_it_is_announced_once_and_every_copy_is_edited_after_every_word(self, council: Council) -> None:
        announced = len(council.office.jobs(ANNOUNCE_TOP10))
        edited = len(council.office.jobs(PROPOSAL_CHANGED))
        council.agree(council.wish("remove", council.asked[3]))
        assert len(council.office.jobs(ANNOUNCE_TOP10)) == announced + 1
        assert len(council.office.jobs(PROPOSAL_CHANGED)) == edited + 3

    def test_one_no_ends_it_and_changes_nothing(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.agree(proposal, PIET)
        decided = council.govern.decide(proposal, approved=False, by=GWEN, reason="Three deals hang on it")
        assert decided is ProposalState.REJECTED
        assert council.official().number == 1
        with pytest.raises(AlreadyDecided, match="This proposal was rejected"):
            council.govern.decide(proposal, approved=True, by=ELI)

    def test_a_no_needs_a_reason(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        with pytest.raises(InvalidInput):
            council.govern.decide(proposal, approved=False, by=GWEN, reason="  ")
        assert not [one for one in council.decisions() if one.proposal_id == proposal]

    def test_a_delegate_speaks_for_the_role_once(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.agree(proposal, GUY)
        with pytest.raises(AlreadyDecided, match="GTM has approved this already"):
            council.agree(proposal, GWEN)
        with pytest.raises(AlreadyDecided, match="You have approved this already"):
            council.agree(proposal, GUY)

    def test_nobody_else_decides(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        for by in (SELLER, PM, ADMIN, GUEST, "UNOBODY"):
            for approved in (True, False):
                with pytest.raises(NotAllowed):
                    council.govern.decide(proposal, approved=approved, by=by, reason="Because")
            with pytest.raises((NotAllowed, NotFound)):
                council.govern.decide(10_000, approved=True, by=by)

    def test_a_role_that_was_lost_since_counts_no_more(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.office.person(GWEN, PersonKind.DEACTIVATED)
        with pytest.raises(NotAllowed):
            council.agree(proposal, GWEN)

    def test_an_expired_one_cannot_be_decided_even_before_the_clock_has_noticed(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.office.clock.move(days=8)
        with pytest.raises(AlreadyDecided, match="has expired"):
            council.agree(proposal, GWEN)

    def test_an_admin_stands_in_where_nobody_is_left(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        council.office.person(ELI, PersonKind.DEACTIVATED)
        council.agree(proposal, GWEN, PIET, ADMIN)
        assert council.proposal(proposal).state == ProposalState.APPLIED

    def test_what_does_not_fit_the_list_any_more_is_closed_when_the_list_changes(self, council: Council) -> None:
        swapped = council.wish("add", council.asked[10], instead_of=council.asked[3])
        council.agree(council.wish("remove", council.asked[3]))
        assert council.proposal(swapped).state == ProposalState.OVERTAKEN
        with pytest.raises(AlreadyDecided, match="does not fit the list any more"):
            council.agree(swapped, GWEN)

    def test_a_gap_that_closes_while_it_is_decided_takes_its_proposal_with_it(self, council: Council) -> None:
        proposal = council.wish("add", council.asked[10], instead_of=council.asked[9])
        council.agree(proposal, GWEN, PIET)
        council.office.move(council.asked[10], state=GapState.SHIPPED)
        assert council.govern.decide(proposal, approved=True, by=ELI) is ProposalState.OVERTAKEN
        assert council.official().number == 1

    def test_what_is_said_about_it_is_kept_once(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        for _ in range(2):
            council.govern.decide.discuss(proposal, said="Is that wise?", key="view:T:V", by=SELLER)
        said = [
            row.reason for row in council.office.audit(f"proposal:{proposal}") if row.action == "proposal.discussed"
        ]
        assert said == ["Is that wise?"]


def together(acts: list[Callable[[], object]]) -> list[object]:
    """Do all at the same moment; a refusal is a result."""
    ready = threading.Barrier(len(acts))

    def act(what: Callable[[], object]) -> object:
        ready.wait()
        while True:
            try:
                return what()
            except DatabaseBusy:
                continue  # as a person would
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(act, acts))


@pytest.mark.parametrize("clicks", [2, 4, 8])
def test_races_have_one_winner_a_role_and_lose_nothing(council: Council, clicks: int) -> None:
    """Everybody with a role clicks at the same moment, some of them twice, one says no."""
    order = ", ".join(f"GAP-{gap}" for gap in reversed(council.official().gap_ids))
    proposal = council.wish("reorder", order=order)
    crowd = [GWEN, GUY, PIET, ELI, GWEN, GUY, PIET, ELI][:clicks]
    results = together([partial(council.govern.decide, proposal, approved=True, by=by) for by in crowd])

    words = [one for one in council.decisions() if one.proposal_id == proposal]
    won = [one for one in results if isinstance(one, ProposalState)]
    assert len(words) == len(won) == len({word.role for word in words}) == len(set(crowd) - {GUY})
    assert all(isinstance(one, Overtaken) for one in results if one not in won)
    if clicks == 2:
        assert ProposalState.APPLIED not in won
        council.agree(proposal, PIET, ELI)
    assert council.official().number == 2


def test_two_proposals_that_are_decided_at_once_do_not_overwrite_each_other(council: Council) -> None:
    first, second = council.wish("remove", council.asked[1]), council.wish("remove", council.asked[2])
    for proposal in (first, second):
        council.agree(proposal, GWEN, PIET)
    together([partial(council.govern.decide, one, approved=True, by=ELI) for one in (first, second)])
    assert council.official().number == 3
    assert not {council.asked[1], council.asked[2]} & set(council.official().gap_ids)


def test_yes_and_no_at_once_are_never_both(council: Council) -> None:
    proposal = council.wish("remove", council.asked[1])
    council.agree(proposal, GWEN, PIET)
    council.office.person("UELI2")
    results = together(
        [
            lambda: council.govern.decide(proposal, approved=True, by=ELI),
            lambda: council.govern.decide(proposal, approved=False, by=ELI, reason="Wait"),
        ]
    )
    assert sorted(isinstance(one, ProposalState) for one in results) == [False, True]
    state = council.proposal(proposal).state
    assert (council.official().number == 2) == (state == ProposalState.APPLIED)
