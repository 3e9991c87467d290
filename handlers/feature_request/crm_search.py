"""Search the CRM while the form stays open: the answer comes back into the form."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.organisation import Organisation
from handlers.feature_request import views
from handlers.feature_request.ids import Field
from handlers.feature_request.payloads import FormMemory, prefilled
from handlers.messenger import translated
from storage.jobs import Attempt
from usecases.account_searches import AccountSearches, Question
from usecases.find_accounts import FindAccounts
from usecases.job_kinds import SearchWanted
from usecases.search_crm import Answer, SearchCrm
from usecases.suggest_gaps import SuggestGaps

_CLOSED = {"not_found", "view_not_found", "hash_conflict", "expired_trigger_id"}
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CrmSearch:
    """Handler of the job that a form waits for."""

    client: WebClient
    organisation: Organisation
    searches: AccountSearches
    search: SearchCrm
    find_accounts: FindAccounts
    suggest_gaps: SuggestGaps

    def answer(self, attempt: Attempt[SearchWanted]) -> None:
        """Ask the CRM, then draw the form as it is by then, unless its person wants something else by now."""
        question = self.searches.waiting(attempt.payload.search_id)
        if question is None:
            return
        found = self.search.answer(question)
        question = self.searches.waiting(attempt.payload.search_id)
        if question is None:
            return
        drawn = views.form(self._form(question, found, again=attempt.payload.search_id))
        try:
            self.client.views_update(view_id=question.view_id, view=drawn)
        except SlackApiError as refused:
            if refused.response.get("error") not in _CLOSED:
                raise translated(refused) from refused
        self.searches.forget(question.view_id)

    def _form(self, question: Question, found: Answer, *, again: int) -> views.Form:
        memory, hit = FormMemory.read(question.form), found.chosen
        card = self.find_accounts.card(hit.account_id, by=question.user_id, joins=memory.joins) if hit else None
        metadata = prefilled(memory.metadata, card)
        return views.Form(
            metadata=metadata.model_copy(update={"notice": None if hit else said(question.typed, found)}),
            areas=self.organisation.areas,
            title=memory.title,
            account=card,
            typed_arr=memory.typed_arr,
            suggestions=self.suggest_gaps.like(memory.title, by=question.user_id, keep=memory.joins),
            joins=memory.joins,
            # Another block, or Slack would keep “search Salesforce” as what is chosen.
            account_block=f"{Field.ACCOUNT}.{again}",
            chosen=hit,
            keeps_arr=True,
        )


def said(typed: str, found: Answer) -> str:
    """The sentence in the place of an account's facts, when there is not one account to choose."""
    if found.trouble is not None:
        return found.trouble
    if not found.hits:
        return f"Salesforce has no account whose name starts with “{typed}”. Type it again to add it by hand."
    names = [one.name for one in found.hits[:_MOST_NAMED]]
    more = len(found.hits) - len(names)
    listed = ", ".join(f"“{name}”" for name in names) + (f" and {more} more" if more else "")
    return f"Salesforce has {listed}. Now you find them under “Account”: choose one."
