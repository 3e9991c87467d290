"""A Salesforce on loopback that a client cannot tell from the real one, for tests and for the demo.

Use it like this::

    org = Org(clock=…)      # multi_currency=False, dated_rates=True, path=…; or sandbox.salesforce.book_org.book_org(…)
    owner = org.insert("User", Name="Ann Miller", Email="ann@acme.example")
    acme = org.insert("Account", Name="Acme", OwnerId=owner, ARR__c=240_000, CurrencyIsoCode="USD")

    with SalesforceServer(org) as salesforce:   # sandbox.salesforce.server; page_size=2000 as in the real one
        # give the client salesforce.base_url, salesforce.consumer_key and salesforce.consumer_secret;
        # for JWT bearer, salesforce.apps.trust(username, public_key_pem)

        org.update("Account", acme, Name="Acme Ltd")            # bumps SystemModstamp, unless only formulas change
        org.delete("Account", acme); org.undelete("Account", acme); org.destroy("Account", acme)
        org.merge(acme, other)                                  # other is deleted, its children move to acme
        org.hide("Account", "ARR__c"); org.show("Account", "ARR__c")        # field-level security
        org.get("Account", acme)["SystemModstamp"]

        salesforce.faults.script("query", "QUERY_TIMEOUT", "ok", "slow:2")  # see Faults.script
        salesforce.faults.stay("*", "hang"); salesforce.faults.wait_until_taken(); salesforce.faults.clear()
        salesforce.expire_sessions(); salesforce.lose_cursors()
        salesforce.calls_used, salesforce.calls_allowed         # what Sforce-Limit-Info says, and refuses beyond
        salesforce.records.calls, salesforce.records.of("token"), salesforce.records.queries

`sandbox.crm.Crm` puts one beside the demo's Slack; `desk` and `moods` are what its view on the page can do.
SOQL is parsed by the real grammar and run over SQLite. What this sandbox cannot do is refused, never guessed.
"""
