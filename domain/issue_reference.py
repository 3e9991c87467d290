"""Read what people paste for an issue or epic: any form of its address, or a reference like `group/project#7`."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from domain.errors import Refusal
from domain.issues import Address, ItemKind
from domain.text import clean_line

LONGEST_REFERENCE = 1000
_SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"
_GROUP = rf"{_SEGMENT}(?:/{_SEGMENT})*"
_PROJECT = rf"{_SEGMENT}(?:/{_SEGMENT})+"
_NUMBER = r"[1-9][0-9]{0,9}"
_SHORT = {
    ItemKind.ISSUE: re.compile(rf"(?P<path>{_PROJECT})#(?P<iid>{_NUMBER})"),
    ItemKind.EPIC: re.compile(rf"(?P<path>{_GROUP})&(?P<iid>{_NUMBER})"),
}
# What follows the number (designs, a trailing slash) says nothing about which issue it is.
_END = r"(?:[/.].*)?"
_PATHS = (
    (ItemKind.EPIC, re.compile(rf"/groups/(?P<path>{_GROUP})/-/(?:epics|work_items)/(?P<iid>{_NUMBER}){_END}")),
    (ItemKind.EPIC, re.compile(rf"/groups/(?P<path>{_GROUP}?)/epics/(?P<iid>{_NUMBER}){_END}")),
    (
        ItemKind.ISSUE,
        re.compile(
            rf"/(?P<path>{_PROJECT})/-/(?:issues|work_items)/(?:incident/|service_desk/)?(?P<iid>{_NUMBER}){_END}"
        ),
    ),
    (ItemKind.ISSUE, re.compile(rf"/(?P<path>{_SEGMENT}(?:/{_SEGMENT})+?)/issues/(?P<iid>{_NUMBER}){_END}")),
)
_EXAMPLES = "Paste the issue’s address, or write it like group/project#7 (group&3 for an epic)."


class NotAReference(Refusal):
    """The text names no issue; the sentence says what would."""


class ElsewhereAddress(NotAReference):
    """An address on a host that is not our GitLab. Nothing is ever sent there."""


@dataclass(frozen=True, slots=True)
class References:
    """Reads references to one GitLab, at `base_url` (which may have a path, for an instance under a prefix)."""

    base_url: str

    def read(self, text: str) -> Address:
        """Return what the text refers to; raise `NotAReference` or `ElsewhereAddress` with a sentence."""
        line = clean_line(text).removeprefix("<").removesuffix(">").partition("|")[0].strip()
        if not line or len(line) > LONGEST_REFERENCE:
            raise NotAReference(_EXAMPLES)
        for kind, pattern in _SHORT.items():
            if match := pattern.fullmatch(line):
                return Address(kind=kind, path=match["path"], iid=int(match["iid"]))
        return self._read_url(line)

    def url(self, address: Address) -> str:
        """The address in the form that every release of GitLab understands."""
        base = self.base_url.rstrip("/")
        if address.kind is ItemKind.EPIC:
            return f"{base}/groups/{address.path}/-/epics/{address.iid}"
        return f"{base}/{address.path}/-/issues/{address.iid}"

    def _read_url(self, line: str) -> Address:
        parts, base = _split(line), _split(self.base_url)
        if parts is None or base is None:
            raise NotAReference(_EXAMPLES)
        if _origin(parts) != _origin(base):
            raise ElsewhereAddress(f"That address is not on {base.hostname}, the GitLab that I am connected to.")
        path = unquote(parts.path)
        prefix = base.path.rstrip("/")
        if not path.startswith(f"{prefix}/"):
            raise NotAReference(_EXAMPLES)
        for kind, pattern in _PATHS:
            if match := pattern.fullmatch(path.removeprefix(prefix)):
                return Address(kind=kind, path=match["path"], iid=int(match["iid"]))
        raise NotAReference(_EXAMPLES)


def _split(url: str) -> SplitResult | None:
    """The parts of a web address that names a host and no user; None for anything else."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
        has_port = parts.port != 0  # reading the port is what raises for a bad one
    except ValueError:
        return None
    return parts if usable and has_port else None


def _origin(parts: SplitResult) -> tuple[str, int]:
    """Host and port. People paste http and https alike, so the scheme decides only the port that is meant."""
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return (parts.hostname or "").rstrip("."), 443 if port == 80 else port  # noqa: PLR2004  the usual ports are one
