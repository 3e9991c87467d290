"""Whatever form people paste, the same issue is meant; and nothing but our own GitLab is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.issue_reference import ElsewhereAddress, NotAReference, References
from domain.issues import Address, ItemKind

OURS = References("https://gitlab.example.com")
PREFIXED = References("https://example.com/gitlab/")
ISSUE = Address(kind=ItemKind.ISSUE, path="acme/sub/platform", iid=7)
EPIC = Address(kind=ItemKind.EPIC, path="acme/sub", iid=3)

_NAMES = st.from_regex(r"[a-z][a-z0-9_\-]{0,8}[a-z0-9]", fullmatch=True).filter(
    lambda name: name not in {"issues", "epics", "groups", "work_items"}
)
_PATHS = st.lists(_NAMES, min_size=2, max_size=4).map("/".join)


@pytest.mark.parametrize(
    "text",
    [
        "acme/sub/platform#7",
        "  acme/sub/platform#7 ",
        "https://gitlab.example.com/acme/sub/platform/-/issues/7",
        "http://gitlab.example.com/acme/sub/platform/-/issues/7",
        "https://GitLab.Example.com:443/acme/sub/platform/-/issues/7/",
        "https://gitlab.example.com/acme/sub/platform/-/work_items/7",
        "https://gitlab.example.com/acme/sub/platform/issues/7",
        "https://gitlab.example.com/acme/sub/platform/-/issues/7#note_12345",
        "https://gitlab.example.com/acme/sub/platform/-/issues/7?show=x&y=%2F#note_1",
        "https://gitlab.example.com/acme/sub/platform/-/issues/incident/7",
        "https://gitlab.example.com/acme/sub/platform/-/issues/7/designs/a.png",
        "<https://gitlab.example.com/acme/sub/platform/-/issues/7>",
        "<https://gitlab.example.com/acme/sub/platform/-/issues/7|the issue>",
    ],
)
def test_every_form_of_an_issue_is_read(text: str) -> None:
    assert OURS.read(text) == ISSUE


@pytest.mark.parametrize(
    "text",
    [
        "acme/sub&3",
        "https://gitlab.example.com/groups/acme/sub/-/epics/3",
        "https://gitlab.example.com/groups/acme/sub/-/epics/3#note_1",
        "https://gitlab.example.com/groups/acme/sub/-/work_items/3?x=1",
        "https://gitlab.example.com/groups/acme/sub/epics/3",
    ],
)
def test_every_form_of_an_epic_is_read(text: str) -> None:
    assert OURS.read(text) == EPIC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "#7",
        "SSO for contractors",
        "platform#7",
        "acme/platform#0",
        "acme/platform#7b",
        "acme/platform!7",
        "acme/../platform#7",
        "https://gitlab.example.com/acme/platform",
        "https://gitlab.example.com/acme/platform/-/issues",
        "https://gitlab.example.com/acme/platform/-/issues/new",
        "https://gitlab.example.com/acme/platform/-/merge_requests/7",
        "https://gitlab.example.com/acme%0a/platform/-/issues/7",
        "ftp://gitlab.example.com/acme/platform/-/issues/7",
        "javascript:alert(1)",
        "https://me:secret@gitlab.example.com/acme/platform/-/issues/7",
        "https://gitlab.example.com:x/acme/platform/-/issues/7",
        "https://[::1/acme/platform/-/issues/7",
        "acme/" * 300 + "p#7",
    ],
)
def test_anything_else_is_refused_with_what_would_work(text: str) -> None:
    with pytest.raises(NotAReference) as refused:
        OURS.read(text)
    assert "group/project#7" in refused.value.sentence


@pytest.mark.parametrize(
    "text",
    [
        "https://gitlab.com/acme/sub/platform/-/issues/7",
        "https://gitlab.example.com.evil.test/acme/sub/platform/-/issues/7",
        "https://gitlab.example.com:8443/acme/sub/platform/-/issues/7",
    ],
)
def test_another_host_is_said_to_be_another(text: str) -> None:
    with pytest.raises(ElsewhereAddress, match=r"gitlab\.example\.com"):
        OURS.read(text)


def test_an_instance_below_a_path_keeps_its_prefix() -> None:
    url = "https://example.com/gitlab/acme/sub/platform/-/issues/7"
    assert PREFIXED.read(url) == ISSUE
    assert PREFIXED.url(ISSUE) == url
    with pytest.raises(NotAReference):
        PREFIXED.read("https://example.com/acme/sub/platform/-/issues/7")


@given(path=_PATHS, iid=st.integers(1, 10**9), kind=st.sampled_from(ItemKind), prefixed=st.booleans())
def test_what_we_write_is_what_we_read(path: str, iid: int, kind: ItemKind, prefixed: bool) -> None:
    known = PREFIXED if prefixed else OURS
    address = Address(kind=kind, path=path, iid=iid)
    assert known.read(known.url(address)) == address
    assert known.read(address.reference) == address


@given(st.text(max_size=60) | st.text(st.sampled_from("https://gitlab.example.com/acme-_#&7?%"), max_size=80))
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    try:
        found = OURS.read(text)
    except NotAReference:
        return
    assert found.iid > 0
    assert ".." not in found.path
