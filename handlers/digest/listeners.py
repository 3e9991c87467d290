"""What happens on `/top-gaps subscribe` and in its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from domain.errors import InvalidInput
from handlers.digest import form, ids
from handlers.top_gaps.ids import Field as Filter
from usecases.subscribe import Subscribe, SubscriptionForm


@dataclass(frozen=True, slots=True)
class DigestListeners:
    """Translate, call one use case, answer."""

    subscribe: Subscribe

    def register(self, app: App) -> None:
        app.view(ids.View.SUBSCRIBE)(self.receive)
        app.action(ids.Action.END)(self.end)

    @property
    def verbs(self) -> Mapping[str, Callable[[Ack, dict[str, Any], WebClient], None]]:
        """What is answered of `/top-gaps WORD`."""
        return {ids.WORD: self.open_by_command}

    def open_by_command(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        shown = self.subscribe.open(by=body["user_id"])
        client.views_open(trigger_id=body["trigger_id"], view=self._form(shown, channel=body.get("channel_id")))
        ack()

    def receive(self, ack: Ack, body: dict[str, Any]) -> None:
        try:
            self.subscribe(form.wish(body))
        except InvalidInput as invalid:
            faults = dict(invalid.fields)
            if "filters" in faults:
                faults[Filter.WORDS] = faults.pop("filters")
            ack(response_action="errors", errors=faults)
            return
        ack()

    def end(self, ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """End one and show what is left, in the same form."""
        by = body["user"]["id"]
        self.subscribe.end(str(body["actions"][0].get("value") or ""), by=by)
        view = body.get("view") or {}
        if view.get("id"):
            shown = self._form(self.subscribe.open(by=by), channel=None)
            client.views_update(view_id=view["id"], hash=view.get("hash"), view=shown)
        ack()

    def _form(self, shown: SubscriptionForm, *, channel: str | None) -> dict[str, object]:
        return form.form(shown, organisation=self.subscribe.organisation, channel=channel)
