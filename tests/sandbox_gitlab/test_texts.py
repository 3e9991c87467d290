"""What the local GitLab makes of texts: quick actions as GitLab runs them, and words as PostgreSQL finds them."""

from datetime import UTC, datetime

import psycopg
import pytest

from sandbox.gitlab.quick_actions import extract
from sandbox.gitlab.search import matches
from sandbox.gitlab.world import Item, Namespace, User
from tests.databases import PostgresServer

NOW = datetime(2026, 1, 5, tzinfo=UTC)
TEXTS = (
    "People cannot log in.\n\n[gapbot]: # (gapbot01j9zk3q8v5x7y2m)",
    "<!-- gapbot01j9zk3q8v5x7y2m -->",
    "Look at <b>this</b> thing",
    "Café crème",
    "one-two_three",
    f"long {'x' * 60} word",
)
QUESTIONS = ("gapbot01j9zk3q8v5x7y2m", "gapbot01j9", "log", "cafe", "crè", "two", "nothing", "x" * 60)


def item(description: str) -> Item:
    home = Namespace(id=1, path="acme", name="acme")
    author = User(id=1, username="ann", name="Ann")
    return Item(
        id=1,
        iid=1,
        home=home,
        type_name="issue",
        title="",
        author=author,
        created_at=NOW,
        updated_at=NOW,
        description=description,
    )


@pytest.mark.parametrize(
    ("text", "kept", "names"),
    [
        ("/close", "", ["close"]),
        ('Hello\n/label ~customer ~"gap::new"\nworld', "Hello\nworld", ["label"]),
        ("/nonsense", "/nonsense", []),
        ("see /close", "see /close", []),
        (" /close", " /close", []),
        ("> /close", "> /close", []),
        ("```\n/close\n```", "```\n/close\n```", []),
        ("~~~\n/close\n~~~\n/reopen", "~~~\n/close\n~~~", ["reopen"]),
        ("/close\r\n/title New\r\n", "", ["close", "title"]),
        ("/close now please", "", ["close"]),
        ("/closed", "/closed", []),
        ("nothing  \n", "nothing  \n", []),
    ],
)
def test_quick_actions_are_lines_that_begin_with_a_known_command(text: str, kept: str, names: list[str]) -> None:
    found, commands = extract(text)

    assert (found, [command.name for command in commands]) == (kept, names)


def test_labels_of_a_command_may_be_quoted() -> None:
    assert extract('/label ~one ~"two words" ~three::four')[1][0].labels == ["one", "two words", "three::four"]


def test_search_finds_what_postgresql_finds(postgres: PostgresServer) -> None:
    """GitLab's own query; transliteration and the removal of long words are Ruby's, and done before."""
    rule = "SELECT to_tsvector('english', %s) @@ to_tsquery('english', %s)"
    with psycopg.connect(postgres.url().replace("+psycopg", "")) as connection:
        for text in TEXTS:
            for question in QUESTIONS:
                plain = text.replace("é", "e").replace("è", "e").replace("x" * 60, " ")
                asked = question.replace("è", "e")
                [expected] = connection.execute(rule, (plain, f"{asked}:*")).fetchone() or (None,)
                assert matches(item(text), question, where=["description"]) is expected, (text, question)
