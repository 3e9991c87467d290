"""What happens on `/top-gaps top10` and `propose`, and on the buttons and forms of a proposal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput
from handlers import errors
from handlers.blocks import as_json
from handlers.feature_request.payloads import view_key
from handlers.top10 import ids, payloads, views
from usecases.decide_proposal import DecideProposal
from usecases.propose_top10 import ProposeTop10
from usecases.show_top10 import ShowTop10


@dataclass(frozen=True, slots=True)
class Top10Listeners:
    """Translate, call one use case, answer. Messages follow as jobs."""

    show: ShowTop10
    propose: ProposeTop10
    decide: DecideProposal

    def register(self, app: App) -> None:
        app.action(ids.Action.APPROVE)(self.approve)
        app.action(ids.Action.REJECT)(self.open_reject)
        app.action(ids.Action.DISCUSS)(self.open_discuss)
        app.action(ids.Action.PROPOSE)(self.open_propose)
        app.view(ids.View.PROPOSE)(self.receive_proposal)
        app.view(ids.View.APPROVE)(self.receive_approval)
        app.view(ids.View.REJECT)(self.receive_reject)
        app.view(ids.View.DISCUSS)(self.receive_discuss)

    @property
    def verbs(self) -> Mapping[str, Callable[[Ack, dict[str, Any], WebClient], None]]:
        """What is answered of `/top-gaps WORD`."""
        return {ids.SHOW_WORD: self.show_list, ids.PROPOSE_WORD: self.open_propose_by_command}

    def show_list(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:  # noqa: ARG002  the shape of a verb
        message = views.official_list(self.show(by=body["user_id"]))
        ack(response_type="ephemeral", text=message.text, blocks=as_json(message.blocks))

    def open_propose_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        choices = self.propose.choices(by=body["user_id"])
        client.views_open(trigger_id=body["trigger_id"], view=views.propose_form(choices))
        ack()

    def open_propose(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        value = body["actions"][0].get("value")
        gap_id = errors.id_in(body) if value else None
        choices = self.propose.choices(by=body["user"]["id"], about=gap_id)
        in_modal = (body.get("view") or {}).get("type") == "modal"
        show = client.views_push if in_modal else client.views_open
        show(trigger_id=body["trigger_id"], view=views.propose_form(choices, gap_id=gap_id))
        ack()

    def receive_proposal(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self.propose(payloads.wish(body))
        except InvalidInput as invalid:
            ack(response_action="errors", errors=payloads.by_block(invalid.fields))
            return
        ack()

    def approve(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Approve, or ask first for the second look that a gap needs."""
        proposal_id, by = errors.id_in(body), body["user"]["id"]
        looks = self.decide.check(proposal_id, by=by)
        if looks:
            client.views_open(trigger_id=body["trigger_id"], view=views.approve_form(proposal_id, looks))
        else:
            self.decide(proposal_id, approved=True, by=by)
        ack()

    def receive_approval(self, ack: Ack, body: dict[str, Any]) -> None:
        has_looked = payloads.has_looked(body)
        try:
            self.decide(payloads.proposal_id(body), approved=True, by=body["user"]["id"], has_looked=has_looked)
        except InvalidInput as invalid:
            ack(response_action="errors", errors=payloads.by_block(invalid.fields))
            return
        ack()

    def open_reject(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        proposal_id = errors.id_in(body)
        self.decide.check(proposal_id, by=body["user"]["id"])
        client.views_open(trigger_id=body["trigger_id"], view=views.reject_form(proposal_id))
        ack()

    def receive_reject(self, ack: Ack, body: dict[str, Any]) -> None:
        reason = payloads.text(body, ids.Field.REASON)
        try:
            self.decide(payloads.proposal_id(body), approved=False, by=body["user"]["id"], reason=reason)
        except InvalidInput as invalid:
            ack(response_action="errors", errors=payloads.by_block(invalid.fields))
            return
        ack()

    def open_discuss(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        proposal_id = errors.id_in(body)
        self.decide.may_discuss(proposal_id, by=body["user"]["id"])
        client.views_open(trigger_id=body["trigger_id"], view=views.discuss_form(proposal_id))
        ack()

    def receive_discuss(self, ack: Ack, body: dict[str, Any]) -> None:
        said = payloads.text(body, ids.Field.SAID)
        try:
            self.decide.discuss(payloads.proposal_id(body), said=said, key=view_key(body), by=body["user"]["id"])
        except InvalidInput as invalid:
            ack(response_action="errors", errors=payloads.by_block(invalid.fields))
            return
        ack()
