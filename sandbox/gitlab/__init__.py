"""A GitLab on loopback that a client cannot tell from the real one, for tests and for the demo.

Use it like this::

    world = World(clock=…)                        # tier="free" has no epics, weights and health; sandbox.gitlab.world
    group, project = world.add_group("acme"), world.add_project("acme/platform")
    bot = world.add_user("gapbot"); group.members[bot.id] = Role.PLANNER
    world.add_token("glpat-…", bot)               # scopes=("read_api",); .is_revoked, .expires_on

    with GitLabServer(world) as gitlab:           # sandbox.gitlab.server; limits=GITLAB_COM
        # give the client gitlab.base_url and the token
        issue = gitlab.work.create(project, by=ann, title="Single sign-on", labels=["auth"])
        gitlab.work.edit(issue, by=ann, changes={"milestone_id": …, "weight": 3})      # the API's words
        gitlab.work.close(issue, by=ann); gitlab.work.reopen(…); gitlab.work.close_by_merge(…)
        gitlab.work.note(issue, by=ann, body="…", internal=True)
        gitlab.work.move(issue, to=other, by=ann); gitlab.work.delete(issue); gitlab.work.rename(project, "acme/core")

        hook = gitlab.hooks.add(project, url, token="…", signing_token=new_signing_token())
        gitlab.hooks.wait_until_sent(); hook.log; hook.status(now)
        gitlab.hooks.is_holding = True; gitlab.hooks.held; gitlab.hooks.send(delivery)  # in any order, again and again

        gitlab.faults.script("issue.create", "502_after_effect", "ok", "429:date")      # see Faults.script
        gitlab.records.of("issue.create")

What a user may not set is dropped in silence, as GitLab does it: labels, `confidential` on update, `internal` of notes.
Quick actions in descriptions and notes are run. Change the world from a test while holding `world.lock`, or through
`work`, when calls can come at the same time.
"""
