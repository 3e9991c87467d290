"""What happens on *Estimate this*, *Correct a deal*, and on their forms."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput
from handlers import errors
from handlers.buttons import Button
from handlers.estimates import ids, views
from handlers.estimates.ids import Field
from handlers.estimates.payloads import Filled, FormOf
from handlers.feature_request.payloads import view_key
from usecases.correct_deal import CorrectDeal
from usecases.estimate_gap import EstimateGap

_FIELDS = {
    "effort": Field.EFFORT,
    "reach": Field.REACH,
    "impact": Field.IMPACT,
    "confidence": Field.CONFIDENCE,
    "themes": Field.THEMES,
    "amount": Field.AMOUNT,
    "reason": Field.REASON,
}


@dataclass(frozen=True, slots=True)
class EstimateListeners:
    """Translate, call one use case, answer."""

    estimate_gap: EstimateGap
    correct_deal: CorrectDeal

    def register(self, app: App) -> None:
        app.action(Button.ESTIMATE_GAP)(self.open_estimate)
        app.view(ids.View.ESTIMATE)(self.receive_estimate)
        app.action(Button.CORRECT_DEAL)(self.open_correction)
        app.view(ids.View.CORRECTION)(self.receive_correction)

    def open_estimate(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        self.open(body, client, errors.id_in(body), "")
        ack()

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient, gap_id: int, _rest: str) -> None:
        """Answer `/gap GAP-42 effort`."""
        self.open(body, client, gap_id, "")
        ack()

    def open(self, body: dict[str, Any], client: WebClient, gap_id: int, _query: str) -> None:
        by = str(body.get("user_id") or body["user"]["id"])
        _show(body, client, views.estimate_form(self.estimate_gap.open(gap_id, by=by)))

    def open_correction(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        deals = self.correct_deal.open(errors.id_in(body), by=body["user"]["id"])
        _show(body, client, views.correction_form(deals))
        ack()

    def receive_estimate(self, ack: Ack, body: dict[str, Any]) -> None:
        about = FormOf.read(body["view"].get("private_metadata"))
        try:
            self.estimate_gap.save(
                about.gap_id,
                Filled(body["view"]).estimate(),
                expected_version=about.version,
                key=view_key(body),
                by=body["user"]["id"],
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=_by_block(invalid))
            return
        ack()

    def receive_correction(self, ack: Ack, body: dict[str, Any]) -> None:
        about, filled = FormOf.read(body["view"].get("private_metadata")), Filled(body["view"])
        try:
            self.correct_deal.save(
                about.gap_id,
                opportunity_id=filled.deal_id,
                amount=filled.text(Field.AMOUNT),
                reason=filled.text(Field.REASON),
                key=view_key(body),
                by=body["user"]["id"],
            )
        except InvalidInput as invalid:
            ack(response_action="errors", errors=_by_block(invalid))
            return
        ack()


def _show(body: dict[str, Any], client: WebClient, view: dict[str, Any]) -> None:
    in_modal = (body.get("view") or {}).get("type") == "modal"
    show = client.views_push if in_modal else client.views_open
    show(trigger_id=body["trigger_id"], view=view)


def _by_block(invalid: InvalidInput) -> dict[str, str]:
    return {_FIELDS[name].value: sentence for name, sentence in invalid.fields.items()}
