"""What Salesforce refuses, with the code it has for that."""

from typing import Any


class SalesforceError(Exception):
    """An answer that is a list of one error."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    def as_answer(self) -> list[dict[str, Any]]:
        return [{"message": self.message, "errorCode": self.code}]


def malformed(message: str) -> SalesforceError:
    return SalesforceError("MALFORMED_QUERY", message)
