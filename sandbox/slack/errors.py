"""How Slack says no."""

from collections.abc import Sequence

from sandbox.slack.json_types import Json


class SlackError(Exception):
    """A refusal: the `error` code of a Web API answer, with the messages and fields that go with it."""

    def __init__(self, code: str, *, messages: Sequence[str] = (), **fields: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.fields = fields

    def as_answer(self) -> Json:
        answer: Json = {"ok": False, "error": self.code, **self.fields}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer


class BotTrouble(Exception):
    """The bot did not answer, or not in a way that Slack understands; `code` is what Slack calls it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
