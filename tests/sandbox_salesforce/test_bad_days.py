"""A bad day ends when it is said to be over, for those who are in the middle of it too."""

import threading

import pytest
import requests

from sandbox.moods import Mood
from sandbox.salesforce.faults import Faults
from sandbox.salesforce.moods import MOODS
from sandbox.salesforce.org import Org
from sandbox.salesforce.server import SalesforceServer

PATIENCE = 10.0


@pytest.mark.parametrize(("fault", "is_answered"), [("slow:60", True), ("hang", False)])
def test_clearing_ends_what_is_suffered_now(org: Org, fault: str, is_answered: bool) -> None:
    heard: list[object] = []
    with SalesforceServer(org) as salesforce:
        salesforce.faults.stay("token", fault)
        caller = threading.Thread(target=lambda: heard.append(_log_in(salesforce)))
        caller.start()
        salesforce.faults.wait_until_taken(timeout=PATIENCE)
        salesforce.faults.clear()
        caller.join(timeout=PATIENCE)

    assert heard == [200 if is_answered else "ConnectionError"]


def test_every_mood_can_be_had_and_left() -> None:
    faults = Faults()
    for mood in MOODS:
        mood.settle(faults)
        assert (faults.take("query") is None) == (mood.key == "well")
    MOODS[0].settle(faults)
    assert faults.take("query") is None


def test_moods_are_told_apart() -> None:
    assert len({mood.key for mood in MOODS}) == len(MOODS)
    with pytest.raises(ValueError, match="no such fault"):
        Mood(key="odd", label="Odd", detail="", faults=(("query", "odd"),)).settle(Faults())


def _log_in(salesforce: SalesforceServer) -> object:
    form = {
        "grant_type": "client_credentials",
        "client_id": salesforce.consumer_key,
        "client_secret": salesforce.consumer_secret,
    }
    try:
        return requests.post(f"{salesforce.base_url}/services/oauth2/token", data=form, timeout=PATIENCE).status_code
    except requests.ConnectionError as cut:
        return type(cut).__name__
