"""A Slack on loopback that a bot cannot tell from the real one, for tests and for the demo.

Use it like this::

    world = World(seed=1)                                   # clock=… injects the time, ids follow from the seed
    ann = world.add_user("ann", real_name="Ann Miller")     # kind="admin" | "guest" | "external" | "bot" …
    world.add_channel("general", members=[ann])

    with SlackServer(world, manifest=manifest) as slack:    # sandbox.slack.server, sandbox.slack.world
        # give the bot slack.api_url and the tokens, then say where it listens (not needed in Socket Mode):
        slack.deliver_to("http://127.0.0.1:3000/slack/events")
        slack.join(world.channel("general"), slack.app.bot_user_id)

        person = slack.as_user("ann")
        person.command("/feature-request", "SSO", channel="general")    # Outcome: .ok, .error
        person.fill({"What is missing?": "SSO", "Priority": "P0"})      # by label, block id or action id
        person.submit()                                     # Submission: .response_action, .errors, .error
        person.modal, person.modals, person.home            # views: .blocks, .values, .content
        person.messages("general"), person.last_message("app")          # "app" is the DM with the bot
        person.click("Edit", message=person.last_message("general"), channel="general")
        world.wait_for(lambda: person.messages("app"))      # by condition, never by sleeping
        slack.events.wait_until_quiet()                     # every event was delivered or given up

        slack.faults.script("chat.postMessage", "error_after_effect", "ok", "429:30")   # see Faults.script
        slack.events.duplicate(); slack.events.hold(); slack.events.release(reverse=True)
        slack.events.sent, slack.events.given_up, slack.events.verify_url()
        slack.http.send_raw(slack.http.sent[-1])            # a replay
        slack.http.send_raw(slack.http.signed(parcel, secret="wrong", age_seconds=301))         # a forgery
        slack.socket.refresh(); slack.socket.drop(); slack.socket.wait_for_connections(2)
        slack.change_user("U…", deleted=True); slack.welcome(user)      # user_change, team_join
        slack.records.calls, slack.records.problems, slack.records.write_jsonl(path)

`sandbox.slack.office.acme_office()` is a ready world with personas. Slack's three seconds are kept, its retries of
events come after 0, 60 and 300 s (`retry_delays=(0, 0, 0)` in tests), its rate limits are off (`rate_limits=True`).
No state is shared between two of them; each takes a free port.
"""
