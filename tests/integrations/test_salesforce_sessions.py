"""Logging in: which ways, how often, and what is done when it fails."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from domain.directory import DirectoryError, DirectoryRefused, DirectoryUnavailable
from integrations.salesforce_session import (
    ClientCredentials,
    JwtBearer,
    Logins,
    Timeouts,
    UnusableAddress,
    org_at,
)
from tests.integrations.conftest import Hands
from tests.integrations.salesforce_world import World

THREADS = 16


def at_once(work: Callable[[], Any], *, threads: int = THREADS) -> list[DirectoryError | None]:
    """Do the same in all threads, none of which starts before the others; return what each one suffered."""
    ready = threading.Barrier(threads)

    def one(_: int) -> DirectoryError | None:
        ready.wait(timeout=10)
        try:
            work()
        except DirectoryError as trouble:
            return trouble
        return None

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(threads)))


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem.decode(), public.decode()


class TestOneLoginForAll:
    def test_an_expired_session_under_sixteen_threads(self, world: World) -> None:
        world.add_account("Acme")
        world.directory.search_accounts(prefix="Acme")
        world.salesforce.expire_sessions()
        world.salesforce.records.clear()
        world.salesforce.faults.script("token", "slow:0.1")

        troubles = at_once(lambda: world.directory.search_accounts(prefix="Acme"))

        assert troubles == [None] * THREADS
        assert world.count("token") == 1

    def test_the_first_login_too(self, world: World) -> None:
        world.salesforce.faults.script("token", "slow:0.1")

        assert at_once(lambda: world.directory.search_accounts(prefix="Acme")) == [None] * THREADS
        assert world.count("token") == 1

    def test_whoever_comes_late_with_the_old_session_gets_the_new_one(self, world: World, clock: Hands) -> None:
        logins = Logins(
            org=org_at(world.salesforce.base_url),
            credentials=ClientCredentials(
                consumer_key=world.salesforce.consumer_key, consumer_secret=world.salesforce.consumer_secret
            ),
            timeouts=Timeouts(),
            monotonic=clock.monotonic,
        )
        old = logins.token()
        new = logins.token(stale=old)

        assert new != old
        assert [logins.token(stale=old), logins.token()] == [new, new]
        assert world.count("token") == 2

    def test_a_login_that_fails_fails_for_all_who_waited(self, world: World) -> None:
        world.salesforce.faults.script("token", "invalid_grant")

        troubles = at_once(world.directory.check)

        assert {type(trouble) for trouble in troubles} == {DirectoryRefused}
        assert world.count("token") == 1

    def test_all_threads_read_to_the_end_though_the_session_expires(self, world: World) -> None:
        for number in range(12):
            world.add_account(f"Account {number}")
        world.salesforce.faults.script("query_more", "expired")
        read: list[int] = []

        # Salesforce keeps ten cursors of a user.
        troubles = at_once(lambda: read.append(len(world.accounts())), threads=8)

        assert troubles == [None] * 8
        assert read == [12] * 8


class TestRefresh:
    def test_the_call_is_repeated_once_with_the_new_session(self, world: World) -> None:
        world.add_account()
        world.accounts()
        world.salesforce.expire_sessions()
        world.salesforce.records.clear()

        assert len(world.accounts()) == 1
        assert [(call.operation, call.status) for call in world.salesforce.records.calls] == [
            ("query", 401),
            ("token", 200),
            ("query", 200),
        ]

    def test_a_session_that_is_never_accepted_ends_after_two_calls(self, world: World) -> None:
        world.accounts()
        world.salesforce.records.clear()
        world.salesforce.faults.stay("query", "INVALID_SESSION_ID")

        with pytest.raises(DirectoryRefused, match="just given"):
            world.accounts()

        assert (world.count("query"), world.count("token")) == (2, 1)

    def test_describe_does_not_renew_for_ever_either(self, world: World) -> None:
        world.salesforce.faults.stay("describe", "INVALID_SESSION_ID")

        with pytest.raises(DirectoryRefused):
            world.directory.check()

        assert (world.count("describe"), world.count("token")) == (2, 2)

    def test_a_401_that_is_a_page_is_an_expired_session_too(self, world: World) -> None:
        world.add_account()
        world.salesforce.faults.script("query", "html:401")

        assert len(world.accounts()) == 1


class TestRefusedLogin:
    @pytest.mark.parametrize(
        "fault", ["invalid_grant", "invalid_client", "invalid_client_id", "unsupported_grant_type"]
    )
    def test_it_says_what_to_check(self, world: World, fault: str) -> None:
        world.salesforce.faults.script("token", fault)

        with pytest.raises(DirectoryRefused, match=rf"refused the login \({fault}\)\. (Check|Turn)"):
            world.directory.check()

    def test_it_is_not_tried_again_for_five_minutes(self, world: World, clock: Hands) -> None:
        world.salesforce.faults.script("token", "invalid_grant")
        for _ in range(5):
            with pytest.raises(DirectoryRefused):
                world.directory.check()
        assert world.count("token") == 1

        clock.pass_(minutes=5)
        world.directory.check()

        assert world.count("token") == 2

    def test_a_wrong_secret(self, world: World) -> None:
        wrong = ClientCredentials(consumer_key=world.salesforce.consumer_key, consumer_secret="wrong")

        with pytest.raises(DirectoryRefused, match="invalid_client"):
            world.client(credentials=wrong).check()

    @pytest.mark.parametrize("fault", ["html:503", "malformed", "server_error", "drop", "html:200"])
    def test_trouble_is_no_refusal_and_may_be_tried_at_once(self, world: World, fault: str) -> None:
        world.salesforce.faults.script("token", fault)

        with pytest.raises(DirectoryUnavailable):
            world.directory.check()
        world.directory.check()


class TestTimeouts:
    @pytest.mark.parametrize("operation", ["token", "describe", "query", "query_more", "batch"])
    def test_nothing_waits_for_ever(self, world: World, operation: str) -> None:
        for number in range(4):
            world.add_account(f"Acme {number}")
        directory = world.client(read_timeout=0.2)
        world.salesforce.faults.stay(operation, "hang")
        started = time.monotonic()

        def ask_everything() -> None:
            list(directory.accounts())
            directory.search_accounts(prefix="Acme")

        with pytest.raises(DirectoryUnavailable, match="in time"):
            ask_everything()

        assert time.monotonic() - started < 3

    def test_a_slow_answer_within_the_limit_is_one(self, world: World) -> None:
        world.salesforce.faults.script("query", "slow:0.05")

        assert world.accounts() == []

    def test_a_closed_port(self, world: World) -> None:
        directory = world.client()
        world.salesforce.stop()

        with pytest.raises(DirectoryUnavailable, match="cannot be reached"):
            directory.check()


class TestJwtBearer:
    def bearer(self, world: World, private_key: str) -> JwtBearer:
        return JwtBearer(
            consumer_key=world.salesforce.consumer_key, username="bot+sync@acme.example", private_key=private_key
        )

    def test_it_logs_in_with_a_key_that_the_org_trusts(self, world: World, keys: tuple[str, str]) -> None:
        world.salesforce.apps.trust("bot+sync@acme.example", keys[1])
        world.add_account()

        directory = world.client(credentials=self.bearer(world, keys[0]))

        assert [len(page.records) for page in directory.accounts()] == [1]

    def test_an_unknown_user_is_refused_without_a_warning(self, world: World, keys: tuple[str, str]) -> None:
        with pytest.raises(DirectoryRefused, match="invalid_grant"):
            world.client(credentials=self.bearer(world, keys[0])).check()

    def test_another_key_is_refused(self, world: World, keys: tuple[str, str]) -> None:
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
        pem = other.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        world.salesforce.apps.trust("bot+sync@acme.example", pem.decode())

        with pytest.raises(DirectoryRefused, match="invalid_grant"):
            world.client(credentials=self.bearer(world, keys[0])).check()

    def test_another_app_is_refused(self, world: World, keys: tuple[str, str]) -> None:
        world.salesforce.apps.trust("bot+sync@acme.example", keys[1])
        other = JwtBearer(consumer_key="another", username="bot+sync@acme.example", private_key=keys[0])

        with pytest.raises(DirectoryRefused, match="invalid_grant"):
            world.client(credentials=other).check()

    def test_nonsense_instead_of_a_key(self, world: World) -> None:
        with pytest.raises(DirectoryRefused, match="RSA key in PEM form"):
            world.client(credentials=self.bearer(world, "no key")).check()


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "acme.my.salesforce.com",
            "http://acme.my.salesforce.com",
            "https://acme.lightning.force.com",
            "https://login.salesforce.com",
            "https://acme.my.salesforce.com/services",
            "https://somebody@acme.my.salesforce.com",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
        ],
    )
    def test_what_cannot_be_an_org(self, url: str) -> None:
        with pytest.raises(UnusableAddress, match="SALESFORCE_URL must"):
            org_at(url)

    @pytest.mark.parametrize(
        ("url", "domain"),
        [
            ("https://acme.my.salesforce.com/", "acme.my"),
            ("https://ACME--uat.sandbox.my.salesforce.com", "acme--uat.sandbox.my"),
        ],
    )
    def test_what_is_one(self, url: str, domain: str) -> None:
        assert org_at(url).login_domain == domain

    @pytest.mark.parametrize(
        ("url", "audience"),
        [
            ("https://acme.my.salesforce.com", "login"),
            ("https://acme--uat.sandbox.my.salesforce.com", "test"),
            ("https://sandbox-rentals.my.salesforce.com", "login"),
        ],
    )
    def test_the_audience_follows_from_it(self, url: str, audience: str) -> None:
        bearer = JwtBearer(consumer_key="k", username="u", private_key="p")

        assert bearer.arguments(org_at(url))["domain"] == audience


def test_nothing_is_asked_before_the_first_question(world: World) -> None:
    world.client()

    assert world.salesforce.records.calls == []
