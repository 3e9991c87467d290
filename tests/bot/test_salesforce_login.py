"""The ways to log in to Salesforce, as the environment gives them and as doctor explains them."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from bot.policy_file import Policy
from bot.salesforce_doctor import examine_salesforce
from bot.salesforce_login import credentials, missing
from bot.settings import UnusableSettings
from bot.wiring_of_customers import build_directory
from domain.directory import DirectoryRefused
from integrations.salesforce_session import ClientCredentials, JwtBearer
from sandbox.salesforce.server import SalesforceServer
from tests.bot.edge import settings
from tests.bot.test_sync import org, salesforce

__all__ = ["org", "salesforce"]

USER = "gapbot@acme.example"
BY_SECRET: dict[str, Any] = {
    "salesforce_url": "https://acme.my.salesforce.com",
    "salesforce_consumer_key": SecretStr("CANARY-KEY"),
    "salesforce_consumer_secret": SecretStr("CANARY-SECRET"),
}


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def by_key(key: rsa.RSAPrivateKey, tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "salesforce.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return {
        **BY_SECRET,
        "salesforce_consumer_secret": None,
        "salesforce_username": USER,
        "salesforce_jwt_key_file": file,
    }


def public(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


class TestWhichWay:
    def test_a_secret(self) -> None:
        assert isinstance(credentials(settings(**BY_SECRET)), ClientCredentials)

    def test_a_key(self, by_key: dict[str, Any]) -> None:
        found = credentials(settings(**by_key))
        assert isinstance(found, JwtBearer)
        assert found.username == USER
        assert "PRIVATE KEY" in found.private_key
        assert "PRIVATE KEY" not in repr(found)

    def test_nothing_at_all_is_not_missing_anything(self) -> None:
        assert (missing(settings()), credentials(settings())) == (None, None)

    @pytest.mark.parametrize(
        ("left_out", "named"),
        [
            ({"salesforce_consumer_secret"}, ("SALESFORCE_CONSUMER_SECRET",)),
            ({"salesforce_url"}, ("SALESFORCE_URL",)),
            ({"salesforce_url", "salesforce_consumer_key"}, ("SALESFORCE_URL", "SALESFORCE_CONSUMER_KEY")),
        ],
    )
    def test_what_is_missing_is_named(self, left_out: set[str], named: tuple[str, ...]) -> None:
        given = settings(**{name: value for name, value in BY_SECRET.items() if name not in left_out})
        assert (missing(given), credentials(given)) == (named, None)

    @pytest.mark.parametrize("left_out", ["salesforce_username", "salesforce_jwt_key_file"])
    def test_half_a_key_misses_the_other_half(self, by_key: dict[str, Any], left_out: str) -> None:
        given = settings(**{**by_key, left_out: None})
        assert (missing(given), credentials(given)) == ((left_out.upper(),), None)

    def test_two_ways_at_once_are_refused(self, by_key: dict[str, Any]) -> None:
        with pytest.raises(UnusableSettings, match="one way only") as refused:
            credentials(settings(**{**by_key, "salesforce_consumer_secret": SecretStr("CANARY-SECRET")}))
        assert "CANARY" not in refused.value.sentence

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_a_file_that_cannot_be_read_is_named_by_its_variable(
        self, by_key: dict[str, Any], tmp_path: Path, content: bytes | None
    ) -> None:
        file = tmp_path / "CANARY.pem"
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(UnusableSettings, match="SALESFORCE_JWT_KEY_FILE cannot be read") as refused:
            credentials(settings(**{**by_key, "salesforce_jwt_key_file": file}))
        assert "CANARY" not in refused.value.sentence


class TestLoggingIn:
    def directory(self, salesforce: SalesforceServer, given: dict[str, Any]) -> Any:
        mine = {"salesforce_url": salesforce.base_url, "salesforce_consumer_key": SecretStr(salesforce.consumer_key)}
        return build_directory(settings(**{**given, **mine}), Policy())

    def test_with_a_key_that_the_org_trusts(
        self, salesforce: SalesforceServer, by_key: dict[str, Any], key: rsa.RSAPrivateKey
    ) -> None:
        salesforce.apps.trust(USER, public(key))
        assert self.directory(salesforce, by_key).check().missing == ()

    def test_a_user_whom_nobody_approved(self, salesforce: SalesforceServer, by_key: dict[str, Any]) -> None:
        with pytest.raises(DirectoryRefused, match="Let an admin approve it"):
            self.directory(salesforce, by_key).check()

    def test_a_certificate_of_another_key(self, salesforce: SalesforceServer, by_key: dict[str, Any]) -> None:
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        salesforce.apps.trust(USER, public(other))
        with pytest.raises(DirectoryRefused, match="certificate that belongs to SALESFORCE_JWT_KEY_FILE"):
            self.directory(salesforce, by_key).check()

    def test_a_file_with_something_else_in_it(
        self, salesforce: SalesforceServer, by_key: dict[str, Any], tmp_path: Path
    ) -> None:
        (tmp_path / "salesforce.pem").write_text("no key")
        with pytest.raises(DirectoryRefused, match="RSA key in PEM form"):
            self.directory(salesforce, by_key).check()


@pytest.mark.parametrize(
    ("operation", "fault", "says"),
    [
        ("token", "invalid_client", "Check SALESFORCE_CONSUMER_KEY and SALESFORCE_CONSUMER_SECRET."),
        ("token", "html:503", "Check SALESFORCE_URL, the network and any proxy in between"),
        ("*", "drop", "The bot keeps trying by itself and works on with what it knows."),
        ("describe", "malformed", "Check SALESFORCE_URL, the network and any proxy in between"),
        ("describe", "REQUEST_LIMIT_EXCEEDED", "Ask an admin who uses so many."),
        ("describe", "API_DISABLED_FOR_ORG", "let Salesforce turn it on."),
        ("describe", "INSUFFICIENT_ACCESS", "Check the rights of the integration user."),
        (
            "describe",
            "INVALID_SESSION_ID",
            "Check the app's policies: its relaxation of IP addresses",
        ),
        ("describe", "GONE", "Update gapbot."),
    ],
)
def test_every_fault_says_what_to_do(salesforce: SalesforceServer, operation: str, fault: str, says: str) -> None:
    given = settings(
        salesforce_url=salesforce.base_url,
        salesforce_consumer_key=SecretStr(salesforce.consumer_key),
        salesforce_consumer_secret=SecretStr(salesforce.consumer_secret),
    )
    salesforce.faults.stay(operation, fault)
    [finding] = examine_salesforce(given, Policy())
    assert says in finding.advice
    assert not finding.is_warning
