"""What happens when somebody links, unlinks or asks for an issue, or says what a closing means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput, Overtaken
from domain.issue_reference import NotAReference
from handlers import blocks, errors
from handlers.feature_request.payloads import view_key
from handlers.issues import messages, payloads, views
from handlers.issues.ids import Action, Field, View
from handlers.issues.payloads import FormOf
from usecases.answer_issue_question import AnswerIssueQuestion
from usecases.create_issue import CreateIssue
from usecases.link_issue import LinkIssue, TooManyLinks
from usecases.search_issues import SearchIssues

GapWord = Callable[[Ack, dict[str, Any], WebClient, int, str], None]
"""Answers `/gap GAP-42 WORD rest`."""


@dataclass(frozen=True, slots=True)
class IssueListeners:
    """Translate, call one use case, answer. GitLab is never called from here."""

    link_issue: LinkIssue
    search: SearchIssues
    create_issue: CreateIssue
    answer: AnswerIssueQuestion

    def register(self, app: App) -> None:
        app.action(Action.OPEN_LINK)(self.open_link)
        app.options(Field.ISSUE)(self.suggest)
        app.action({"action_id": Field.ISSUE})(self.choose)
        app.view(View.LINK)(self.receive_link)
        app.action(Action.UNLINK)(self.unlink)
        app.action(Action.OPEN_CREATE)(self.open_create)
        app.view(View.CREATE)(self.receive_create)
        app.action(Action.SHIPPED)(self.say_shipped)
        app.action(Action.NOT_SHIPPED)(self.say_not_shipped)
        app.action(Action.OPEN_DECLINE)(self.open_decline)
        app.view(View.DECLINE)(self.receive_decline)

    @property
    def words(self) -> Mapping[str, GapWord]:
        """What is answered of `/gap GAP-42 WORD`."""
        return {"link": self.link_by_command, "unlink": self.unlink_by_command, "issue": self.create_by_command}

    def link_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, rest: str) -> None:
        """With something to link: link it. Without, or with words: open the form."""
        by = body["user_id"]
        if rest.strip() and self.search.pasted(rest) is None and (_looks_like_address(rest) or not self.search.can_ask):
            self.link_issue(gap_id, text=rest, by=by)  # says what is wrong with it
        if rest.strip() and self.search.pasted(rest) is not None:
            done = self.link_issue(gap_id, text=rest, by=by, response_url=body.get("response_url"))
            ack(response_type="ephemeral", text=messages.said_linked(done))
            return
        title = self.link_issue.check(gap_id, by=by)
        if rest.strip():
            opened = client.views_open(
                trigger_id=body["trigger_id"], view=views.searching(gap_id, title=title, words=rest.strip())
            )
            self.search.ask(words=rest, gap_id=gap_id, view_id=str(opened["view"]["id"]), by=by)
        else:
            client.views_open(trigger_id=body["trigger_id"], view=views.link_form(gap_id, title=title))
        ack()

    def unlink_by_command(self, ack: Ack, body: dict[str, Any], _client: WebClient, gap_id: int, rest: str) -> None:
        done = self.link_issue.unlink(gap_id, text=rest, by=body["user_id"])
        ack(
            response_type="ephemeral",
            text=f"{done.key} is no longer linked to {blocks.escaped(done.reference)}.",
        )

    def create_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        form = self.create_issue.open(gap_id, by=body["user_id"])
        client.views_open(trigger_id=body["trigger_id"], view=views.create_form(form))
        ack()

    def open_link(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        gap_id = errors.id_in(body)
        title = self.link_issue.check(gap_id, by=body["user"]["id"])
        _show(body, client, views.link_form(gap_id, title=title))
        ack()

    def suggest(self, ack: Ack, body: dict[str, Any]) -> None:
        words = str(body.get("value") or "")
        gap_id = FormOf.read(body.get("view") or {}).gap_id
        found = self.search.typed(words, gap_id=gap_id, by=body["user"]["id"])
        ack(options=views.options(found, words=words, pasted=self.search.pasted(words), can_ask=self.search.can_ask))

    def choose(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Something was chosen: only *Search GitLab* does anything before the form is sent."""
        view = body.get("view") or {}
        words = payloads.search_words(payloads.chosen_value(view))
        gap_id, by = FormOf.read(view).gap_id, body["user"]["id"]
        title = self.link_issue.check(gap_id, by=by)
        if words is not None:
            self.search.ask(words=words, gap_id=gap_id, view_id=str(view.get("id") or ""), by=by)
            client.views_update(view_id=view["id"], view=views.searching(gap_id, title=title, words=words))
        ack()

    def receive_link(self, ack: Ack, body: dict[str, Any]) -> None:
        view, by = body["view"], body["user"]["id"]
        gap_id = FormOf.read(view).gap_id
        self.link_issue.check(gap_id, by=by)  # the door comes before what was filled in
        value, address = payloads.chosen_value(view), payloads.typed(view, Field.ADDRESS).strip()
        issue_id = payloads.issue_id(value)
        block = Field.ADDRESS.value if address or issue_id is None else payloads.chosen_block(view)
        try:
            if address or issue_id is None:
                text = address or payloads.reference(value) or ""
                done = self.link_issue(gap_id, text=text, by=by)
            else:
                done = self.link_issue.choose(gap_id, issue_id=issue_id, by=by)
        except (NotAReference, TooManyLinks, Overtaken) as refused:
            ack(response_action="errors", errors={block: refused.sentence})
            return
        ack(response_action="update", view=views.linked(done))

    def unlink(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        done = self.link_issue.unlink_one(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.unlinked(done))
        ack()

    def open_create(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        form = self.create_issue.open(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.create_form(form))
        ack()

    def receive_create(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        gap_id = FormOf.read(view).gap_id
        try:
            self.create_issue(
                gap_id,
                title=payloads.typed(view, Field.TITLE),
                problem=payloads.typed(view, Field.PROBLEM),
                project=payloads.chosen_project(view),
                key=view_key(body),
                by=body["user"]["id"],
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=invalid.fields)
            return
        ack(response_action="update", view=views.creating(gap_id))

    def say_shipped(self, ack: Ack, body: dict[str, Any]) -> None:
        self.answer(errors.id_in(body), has_shipped=True, by=body["user"]["id"])
        ack()

    def say_not_shipped(self, ack: Ack, body: dict[str, Any]) -> None:
        self.answer(errors.id_in(body), has_shipped=False, by=body["user"]["id"])
        ack()

    def open_decline(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        asked = self.answer.check(errors.id_in(body), by=body["user"]["id"])
        client.views_open(trigger_id=body["trigger_id"], view=views.decline_form(asked))
        ack()

    def receive_decline(self, ack: Ack, body: dict[str, Any]) -> None:
        view = body["view"]
        question_id = payloads.question_id(view)
        try:
            self.answer.decline(question_id, reason=payloads.typed(view, Field.REASON), by=body["user"]["id"])
        except InvalidInput as invalid:
            ack(response_action="errors", errors=invalid.fields)
            return
        ack()


def _show(body: Mapping[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if in_modal else client.views_open
    show(trigger_id=body["trigger_id"], view=view)


def _looks_like_address(text: str) -> bool:
    return "://" in text or text.strip().startswith(("#", "&"))
