"""Deciding: one word a role, one word a person, applied at once, and the loser is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.people import PersonKind
from domain.quorum import AlreadyDecided, ProposalState
from domain.words import GapState
from storage.database import Database
from tests.chaos.decision_chaos import run
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

    def test_a_gap_that_leans_on_few_is_approved_only_with_a_second_look(self, council: Council) -> None:
        for _ in range(6):
            council.more_demand(council.asked[10], arr=1)
        lifted = council.wish("add", council.asked[10], instead_of=council.asked[9])
        removed = council.wish("remove", council.asked[3])

        (look,) = council.govern.decide.check(lifted, by=GWEN).values()
        assert (look.new_requests, look.new_owners) == (7, 7)
        assert look.top_two_owners > 0.9
        assert council.govern.decide.check(removed, by=GWEN) == {}
        with pytest.raises(InvalidInput) as refused:
            council.govern.decide(lifted, approved=True, by=GWEN)
        assert set(refused.value.fields) == {"looked"}
        council.govern.decide(lifted, approved=True, by=GWEN, has_looked=True)
        assert council.office.audit(f"proposal:{lifted}")[-1].after == {
            "role": "gtm",
            "looked_at": [council.asked[10]],
        }
        council.govern.decide(lifted, approved=False, by=PIET, reason="Two people pushed it")

    def test_what_is_said_about_it_is_kept_once(self, council: Council) -> None:
        proposal = council.wish("remove", council.asked[3])
        for _ in range(2):
            council.govern.decide.discuss(proposal, said="Is that wise?", key="view:T:V", by=SELLER)
        said = [
            row.reason for row in council.office.audit(f"proposal:{proposal}") if row.action == "proposal.discussed"
        ]
        assert said == ["Is that wise?"]


def test_races_have_one_winner_a_role_and_lose_nothing(database: Database) -> None:
    """A sample of `make chaos-decisions`."""
    assert run(database, 12) == []


def test_two_proposals_that_are_decided_at_once_do_not_overwrite_each_other(council: Council) -> None:
    first, second = council.wish("remove", council.asked[1]), council.wish("remove", council.asked[2])
    for proposal in (first, second):
        council.agree(proposal, GWEN, PIET)
    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda one: council.govern.decide(one, approved=True, by=ELI), (first, second)))
    assert council.official().number == 3
    assert not {council.asked[1], council.asked[2]} & set(council.official().gap_ids)
