"""The file of policy: every documented key is understood, and each kind of nonsense is named."""

from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from bot.policy_file import Policy, UnusablePolicy, load_policy
from domain.people import Role

# Every key of the documentation, one a line.
WHOLE = """
[roles]
admin = ["U0ADMIN"]
pm = ["S0PMS"]
gtm = ["U0GTM"]
product = ["U0PRODUCT"]
engineering = ["U0ENGINEERING"]
requester = ["*"]

[[areas]]
key = "auth"
name = "Auth & SSO"
dri = "U0DRI"
channel = "C0AUTH"
gitlab_project = "acme/platform"

[[digests]]
channel = "C0WG"
day = "monday"
time = "09:00"
timezone = "Europe/Berlin"
size = 10
areas = ["auth"]
money = "band"

[top10]
channel = "C0TOP"
quorum = ["gtm", "product", "engineering"]
expires_after = "7d"

[scoring]
model = "composite"
currency = "USD"
weights = [0.4, 0.2, 0.2, 0.2]

[scoring.rates]
EUR = 1.1
JPY = "0.0066"

[salesforce]
changes_every = "5m"
[salesforce.account]
arr = "ARR__c"
strategic = "Strategic__c"
segment = "Segment__c"
health = "Health__c"
renewal_date = "Renewal_Date__c"
currency = "CurrencyIsoCode"

[salesforce.opportunity]
amount = "Amount"
type = "Type"
stage = "StageName"
close_date = "CloseDate"
probability = "Probability"
is_closed = "IsClosed"
is_won = "IsWon"

[process]
slack_threads = 32
job_threads = 8
"""


def load(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "gapbot.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(UnusablePolicy) as refused:
        load(tmp_path, text)
    assert "gapbot.toml" in refused.value.sentence
    return refused.value.sentence


def test_every_documented_key_is_understood(tmp_path: Path) -> None:
    policy = load(tmp_path, WHOLE)
    organisation = policy.organisation()
    assert organisation.roles[Role.PM] == {"S0PMS"}
    assert organisation.area("auth") is not None
    assert organisation.groups == {"S0PMS"}
    assert policy.top10.expires_after == timedelta(days=7)
    assert policy.exchange_rates().rates == {"EUR": Fraction(11, 10), "JPY": Fraction(66, 10_000)}
    assert policy.salesforce.account["arr"] == "ARR__c"
    assert policy.salesforce.changes_every == timedelta(minutes=5)


def test_no_file_means_defaults(tmp_path: Path) -> None:
    policy = load_policy(tmp_path / "none.toml")
    assert policy == Policy()
    assert policy.organisation().roles[Role.REQUESTER] == {"*"}
    assert policy.exchange_rates().known == ["USD"]


def test_an_empty_file_means_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Policy()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("roles = 5", "roles"),
        ("[rols]", "rols: Extra inputs"),
        ("[roles]\nboss = ['U1']", "roles.boss"),
        ("[roles]\nadmin = 'U1'", "roles.admin"),
        ("[roles]\nadmin = ['@ann']", "roles.admin"),
        ("[roles]\nadmin = ['C0CHANNEL']", "roles.admin"),
        ("[[areas]]\nname = 'Auth'", "areas.0.key: Field required"),
        ("[[areas]]\nkey = 'Auth!'\nname = 'Auth'", "areas.0.key"),
        ("[[areas]]\nkey = 'a'\nname = ''", "areas.0.name"),
        ("[[areas]]\nkey = 'a'\nname = 'A'\nchannel = '#auth'", "areas.0.channel"),
        ("[[areas]]\nkey = 'a'\nname = 'A'\nowner = 'U1'", "areas.0.owner"),
        ("[[areas]]\nkey = 'a'\nname = 'A'\n[[areas]]\nkey = 'a'\nname = 'B'", "two areas have the same key"),
        ("[[digests]]\nchannel = 'C1'\nareas = ['gone']", "digests name areas that do not exist: gone"),
        ("[[digests]]\nchannel = 'C1'\nfilters = 'priority:P7'", "a digest's filters: I do not know `priority:P7`"),
        ("[[digests]]\nchannel = 'C1'\nfilters = 'model:cd3'", "has a size of its own"),
        ("[[digests]]\nday = 'monday'", "digests.0.channel"),
        ("[[digests]]\nchannel = 'C1'\nday = 'Monday'", "digests.0.day"),
        ("[[digests]]\nchannel = 'C1'\ntime = '25:00'", "digests.0.time"),
        ("[[digests]]\nchannel = 'C1'\ntimezone = 'Berlin'", "not a time zone; write one like Europe/Berlin"),
        ("[[digests]]\nchannel = 'C1'\nsize = 0", "digests.0.size"),
        ("[[digests]]\nchannel = 'C1'\nmoney = 'all'", "digests.0.money"),
        ("[top10]\nquorum = ['ceo']", "top10.quorum"),
        ("[top10]\nexpires_after = '7 days'", "write a duration like 30s, 5m, 8h or 7d"),
        ("[top10]\nexpires_after = 7", "write a duration"),
        ("[top10]\nexpires_after = '²d'", "write a duration"),
        ("[top10]\nexpires_after = '99999999999999d'", "top10.expires_after"),
        ("[scoring]\nmodel = 'vibes'", "scoring.model"),
        ("[scoring]\nbalance = 11", "scoring.balance"),
        ("[scoring]\nbalance = nan", "scoring.balance"),
        ("[scoring]\ncurrency = 'usd'", "scoring.currency"),
        ("[scoring]\nweights = [1.0]", "scoring.weights"),
        ("[scoring]\nweights = [0.5, 0.5, 0.5, 0.5]", "must sum to 1"),
        ("[scoring]\nweights = [1.5, -0.5, 0.0, 0.0]", "must not be negative"),
        ("[scoring]\nweights = [nan, 0.5, 0.5, 0.0]", "scoring"),
        ("[scoring.rates]\nEUR = 0", "scoring.rates.EUR"),
        ("[scoring.rates]\nEUR = nan", "scoring.rates.EUR"),
        ("[scoring.rates]\nEUR = inf", "scoring.rates.EUR"),
        ("[scoring.rates]\neuro = 1.1", "scoring.rates"),
        ("[salesforce]\nchanges_every = '1s'", "salesforce.changes_every"),
        ("[salesforce]\nchanges_every = '2d'", "salesforce.changes_every"),
        ("[process]\njob_threads = 0", "process.job_threads"),
        ("not toml at all", "gapbot.toml"),
        ("a = 1\na = 2", "gapbot.toml"),
    ],
)
def test_nonsense_is_named(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(tmp_path, text)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    told = refusal(tmp_path, "[roles]\nboss = []\n[top10]\nexpires_after = 7\n")
    assert "roles.boss" in told
    assert "top10.expires_after" in told


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gapbot.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UnusablePolicy, match="cannot be read"):
        load_policy(path)
    with pytest.raises(UnusablePolicy, match="cannot be read"):
        load_policy(tmp_path)


def test_a_rate_is_exact_and_the_reporting_currency_needs_none(tmp_path: Path) -> None:
    policy = load(tmp_path, "[scoring]\ncurrency = 'EUR'\n[scoring.rates]\nEUR = 2\nUSD = 0.1\n")
    assert policy.exchange_rates().rates == {"USD": Fraction(1, 10)}
