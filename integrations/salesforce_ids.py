"""Salesforce's record ids: 15 characters in which case matters, or the same with three more in which it does not."""

import re

from domain.errors import Refusal

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_FORM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_SHORT, _GROUP = 15, 5


class NotAnId(Refusal, ValueError):
    """The text is no record id, or a damaged one."""


def id18(text: str) -> str:
    """Return the 18-character spelling; raise `NotAnId` when its checksum does not fit."""
    if not _FORM.fullmatch(text):
        raise NotAnId("This is not a Salesforce id.")
    whole = text[:_SHORT] + _checksum(text[:_SHORT])
    if len(text) > _SHORT and whole != text:
        raise NotAnId("This Salesforce id is damaged.")
    return whole


def _checksum(short: str) -> str:
    """One character per group of five, whose bits say which of them are capitals."""
    groups = (short[start : start + _GROUP] for start in range(0, _SHORT, _GROUP))
    return "".join(
        _LETTERS[sum(1 << at for at, letter in enumerate(group) if "A" <= letter <= "Z")] for group in groups
    )
