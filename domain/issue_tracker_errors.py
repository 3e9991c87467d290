"""What can go wrong at an issue tracker. No sentence carries a title, a label or any other text from there."""

from datetime import timedelta

from domain.errors import Refusal


class TrackerError(Refusal):
    """The tracker did not do what was asked. What was mirrored before stays true as of its date."""


class NotVisible(TrackerError):
    """Gone, or hidden from us: the tracker gives one answer for both. Never read it as *closed*."""


class Forbidden(TrackerError):
    """We see it and may not do this. Trying again changes nothing until somebody gives the bot a higher role."""


class SignInRefused(TrackerError):
    """The token is wrong, expired, revoked or lacks a scope: nothing works until a person acts."""


class Busy(TrackerError):
    """The tracker asks for less. Nothing was done; come back after `retry_after`."""

    def __init__(self, sentence: str, *, retry_after: timedelta) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unreachable(TrackerError):
    """No answer, or one from a proxy in between: worth another try.

    After a write, `perhaps_done` tells whether it may have happened nevertheless. Writes with a marker can simply be
    repeated; they look first.
    """

    def __init__(self, sentence: str, *, perhaps_done: bool) -> None:
        super().__init__(sentence)
        self.perhaps_done = perhaps_done


class Misunderstood(TrackerError):
    """An answer that is not the tracker's API (a login page, say), or a call that it calls malformed."""


class MayNotHide(TrackerError):
    """We may not write internal notes there, so nothing was written."""


class NoteWentPublic(TrackerError):
    """The tracker stored as public what was meant to be internal. Tell the admins, and write nothing more there.

    `is_removed` is false when the note could not be deleted at once; the next `put_note` or `remove_note` with the
    same marker tries again.
    """

    def __init__(self, sentence: str, *, is_removed: bool) -> None:
        super().__init__(sentence)
        self.is_removed = is_removed
