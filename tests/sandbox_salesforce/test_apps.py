"""Who may log in: the token endpoint checks an assertion as Salesforce does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.salesforce.apps import JWT_BEARER, Apps, LoginError

USER, KEY = "bot@acme.example", "key"
LONG_AGO, SOON = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def apps(private: rsa.RSAPrivateKey) -> Apps:
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    apps = Apps(consumer_key=KEY, consumer_secret="secret", seed=1)
    apps.trust(USER, public.decode())
    return apps


def log_in(apps: Apps, private: Any, *, algorithm: str = "RS256", **claims: Any) -> str:
    whole = {"iss": KEY, "sub": USER, "aud": "https://login.salesforce.com", "exp": SOON} | claims
    assertion = jwt.encode(whole, private, algorithm=algorithm)
    return apps.log_in({"grant_type": JWT_BEARER, "assertion": assertion}, authorization="")


def test_a_good_assertion_gives_a_session_until_it_ends(apps: Apps, private: rsa.RSAPrivateKey) -> None:
    token = log_in(apps, private)
    assert apps.is_session(token)

    apps.expire()

    assert not apps.is_session(token)


@pytest.mark.parametrize(
    ("claims", "description"),
    [
        ({"aud": "https://acme.my.salesforce.com"}, "audience is invalid"),
        ({"exp": LONG_AGO}, "expired authorization code"),
        ({"exp": LONG_AGO + timedelta(days=1), "aud": "https://test.salesforce.com"}, "expired authorization code"),
        ({"iss": "another"}, "invalid assertion"),
        ({"sub": "somebody@acme.example"}, "user hasn't approved this consumer"),
    ],
)
def test_bad_assertions(apps: Apps, private: rsa.RSAPrivateKey, claims: dict[str, Any], description: str) -> None:
    with pytest.raises(LoginError) as refused:
        log_in(apps, private, **claims)

    assert refused.value.as_answer() == {"error": "invalid_grant", "error_description": description}


def test_a_signature_of_another_kind_is_none(apps: Apps) -> None:
    with pytest.raises(LoginError, match="invalid_grant"):
        log_in(apps, "a secret that is long enough to sign with", algorithm="HS256")


@pytest.mark.parametrize("authorization", ["Basic !!!", "Basic /w==", "Basic a2V5", ""])
def test_no_credentials(apps: Apps, authorization: str) -> None:
    with pytest.raises(LoginError, match="invalid_client"):
        apps.log_in({"grant_type": "client_credentials"}, authorization=authorization)
