"""What the product refuses, said as sentences that can be shown to the person who asked."""


class Refusal(Exception):
    """An anticipated no. Its text is a full sentence for a person, free of customer data of others."""

    @property
    def sentence(self) -> str:
        return str(self)


class NotAllowed(Refusal):
    """The actor may not do this. One answer for "forbidden" and "does not exist", so ids cannot be probed."""


class NotFound(Refusal):
    """There is no such thing, or the actor may not know of it."""


class InvalidInput(Refusal):
    """Some fields of a form are wrong: one sentence per field, in the product's names for them."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


class Overtaken(Refusal):
    """Somebody else changed the thing first; nothing was stored."""
