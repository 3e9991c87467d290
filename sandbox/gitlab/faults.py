"""Bad days of GitLab, written down in advance: what the next calls of an operation will suffer."""

from dataclasses import dataclass

from sandbox.fault_script import FaultScript

OPERATIONS = frozenset(
    {
        *("user.read", "version.read", "token.read", "project.read", "group.read", "member.read"),
        *("issues.list", "issue.create", "issue.read", "issue.update", "issue.events"),
        *("notes.list", "note.create", "note.read", "note.update", "note.delete"),
        *("hooks.list", "hook.events", "hook.resend", "epic.update"),
        *("graphql.query", "graphql.mutation", "*"),
    }
)
MODES = frozenset(
    {
        *("ok", "slow", "401", "403", "404", "301", "429", "html", "malformed"),
        *("502_before_effect", "502_after_effect", "drop_before_effect", "drop_after_effect"),
        *("hang_before_effect", "hang_after_effect", "html_after_effect"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One bad moment. `detail` is the seconds of `slow`, and of `429` what Retry-After says."""

    mode: str
    detail: str = ""

    @property
    def seconds(self) -> float:
        return float(self.detail or 1)

    @property
    def comes_after(self) -> bool:
        return self.mode.endswith("_after_effect")

    @property
    def kind(self) -> str:
        return self.mode.removesuffix("_before_effect").removesuffix("_after_effect")


class Faults(FaultScript[Fault]):
    """A script per operation (see `OPERATIONS`), or `*` for any call.

    `502`, `drop` (the connection) and `hang` (no answer) end in `_before_effect` or `_after_effect`: the call is
    carried out or not. `401`, `403`, `404` and `301` (to a login page) refuse; `html` is that page with status
    200, `html_after_effect` comes after the deed; `malformed` is no JSON; `slow:2` answers after two seconds.
    `429:30` says so in seconds, `429:date` as an HTTP date 90 s ahead, `429:huge` with a number beyond reason,
    `429:absent` not at all. `ok` leaves one call alone. Raises `ValueError` for an unknown operation or fault.
    """

    def __init__(self) -> None:
        super().__init__(_read)


def _read(operation: str, text: str) -> Fault | None:
    mode, _, detail = text.partition(":")
    if operation not in OPERATIONS:
        raise ValueError(f"no such operation: {operation}")
    if mode not in MODES:
        raise ValueError(f"no such fault: {text}")
    return None if mode == "ok" else Fault(mode=mode, detail=detail)
