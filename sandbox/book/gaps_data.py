# ruff: noqa: E501  a table of sentences: one row a line reads better than wrapped ones
"""Gaps about getting data in, showing it, and getting it out again."""

from sandbox.book.drafts import GapDraft

INTEGRATIONS = (
    GapDraft(
        area="integrations", heat=4, audience="broad", state="planned", months=3.0,
        title="Write results back to the CRM",
        problem="Scores and segments computed here never reach the people who sell. They export a file and import it elsewhere, if at all.",
        use_cases=(
            "The health score should sit on the account page where their sellers work, refreshed daily.",
            "They compute churn risk here and mail a spreadsheet to 80 people every Monday.",
        ),
        workarounds=("A weekly spreadsheet by mail", "A consultant's script on somebody's laptop"),
    ),
    GapDraft(
        area="integrations", heat=3, audience="broad", state="backlog", months=2.0,
        title="Incremental sync for large tables",
        problem="Every sync reads the whole table. Above 200 million rows it takes longer than the interval between two syncs.",
        use_cases=(
            "Their telemetry table has 1.1 billion rows; the nightly sync ends at noon.",
            "Warehouse costs doubled because of our full reads. Finance has noticed.",
        ),
        workarounds=("A view with the last 30 days only", "Sync on weekends"),
    ),
    GapDraft(
        area="integrations", heat=3, audience="small", state="backlog", months=1.0,
        title="Spreadsheet source that keeps itself fresh",
        problem="Small teams keep plans in shared spreadsheets. They upload a copy, and a day later the copy is wrong.",
        use_cases=(
            "Targets live in a shared sheet; every change means a new upload.",
            "The owner keeps prices in a sheet and wants margins by the hour.",
        ),
        workarounds=("Upload the file again every morning",),
    ),
    GapDraft(
        area="integrations", heat=2, audience="enterprise", state="awaiting_demand", months=4.0,
        title="Connector for mainframe exports in EBCDIC",
        problem="Some banks and insurers still deliver fixed-width EBCDIC files. We read text and Parquet only.",
        use_cases=("Policy data comes from the host every night as fixed-width EBCDIC.",),
        workarounds=("A converter job their host team maintains",),
    ),
    GapDraft(
        area="integrations", heat=2, audience="emea", state="backlog", months=2.0,
        title="Private network link to on-premises databases",
        problem="Databases behind a firewall can only be reached by opening a port, which many security teams refuse.",
        use_cases=(
            "No inbound ports, ever. An agent that dials out would be fine.",
            "The plant network is separate by design; data reaches us by file drop.",
        ),
        workarounds=("A file drop every six hours",),
    ),
    GapDraft(
        area="integrations", heat=1, audience="broad", state="new", months=None,
        title="Alerts in chat tools other than Slack",
        problem="Alerts go to Slack and e-mail only. Companies that chat elsewhere get them late or never.",
        use_cases=("The whole company chats elsewhere; alerts by mail are read the next day.",),
        workarounds=("A mail rule that forwards into a channel",),
    ),
)  # fmt: skip

REPORTING = (
    GapDraft(
        area="reporting", heat=5, audience="broad", state="backlog", months=2.0,
        title="Scheduled reports as PDF with our customer's branding",
        problem="Reports can be mailed as links only. Boards, clients and authorities want a document that looks like the sender's.",
        use_cases=(
            "A board pack of 22 pages every month, put together from screenshots over two evenings.",
            "They send reports to their own clients and will not show our logo.",
            "The authority takes PDF, full stop.",
        ),
        workarounds=("Screenshots pasted into slides", "A print style sheet that breaks tables"),
    ),
    GapDraft(
        area="reporting", heat=4, audience="broad", state="planned", months=1.5,
        title="Alerts on anomalies without writing a threshold",
        problem="Alerts need a fixed number. Nobody knows the right one for 400 stores, so nobody sets any.",
        use_cases=(
            "400 stores, each with its own normal. They found out about a till outage after three days.",
            "Fixed thresholds fire every weekend and are ignored by now.",
        ),
        workarounds=("Somebody looks at 40 charts each morning",),
    ),
    GapDraft(
        area="reporting", heat=3, audience="broad", state="backlog", months=1.0,
        title="Fiscal calendars and 4-4-5 weeks",
        problem="Quarters start in January and weeks on Monday. Retail and public customers count differently, so every comparison is off.",
        use_cases=(
            "Their year starts in July, and every year-on-year chart is wrong by two quarters.",
            "Retail runs on 4-4-5; week 53 breaks all of their reports.",
        ),
        workarounds=("A calendar table joined into each of 130 models",),
    ),
    GapDraft(
        area="reporting", heat=3, audience="enterprise", state="in_progress", months=2.0,
        title="Row-level security that follows the org chart",
        problem="Row filters are written by hand for each team. After every reorganisation somebody sees too much.",
        use_cases=(
            "After the last reorg a regional lead saw salaries of another region for a week.",
            "Managers should see their people and everybody below them, by themselves.",
        ),
        workarounds=("One copy of each dashboard per region, 60 in all",),
    ),
    GapDraft(
        area="reporting", heat=2, audience="broad", state="backlog", months=1.0,
        title="Comments that stay with a data point",
        problem="Explanations of outliers live in chat and are lost. The next reader asks the same question.",
        use_cases=("Every month the same question about the dip in March, and the same answer.",),
        workarounds=("A text box beside the chart",),
    ),
    GapDraft(
        area="reporting", heat=1, audience="broad", state="duplicate", months=None, same_as="Scheduled reports as PDF with our customer's branding",
        title="Export a whole dashboard as slides",
        problem="There is no way to get a dashboard out as one document.",
        use_cases=("Management reads slides, so the analyst rebuilds the dashboard every month.",),
        workarounds=("Screenshots",),
    ),
    GapDraft(
        area="reporting", heat=1, audience="apac", state="new", months=None,
        title="Vertical text and era dates in charts",
        problem="Axis labels cannot be set vertically and dates follow one calendar only, which looks wrong in Japanese reports.",
        use_cases=("Reports for the head office use era years; labels overlap when they are turned.",),
        workarounds=("Labels are edited in the exported picture",),
    ),
)  # fmt: skip

API = (
    GapDraft(
        area="api", heat=4, audience="enterprise", state="planned", months=2.0,
        title="Webhooks with signatures and retries",
        problem="Webhooks are sent once and unsigned. One dropped call and the customer's process stands still without anybody knowing.",
        use_cases=(
            "Their order process starts from our webhook. Two lost calls last month, eleven trucks late.",
            "Security does not accept unsigned calls into the network.",
        ),
        workarounds=("They poll every minute and hit the rate limit",),
    ),
    GapDraft(
        area="api", heat=3, audience="broad", state="backlog", months=1.0,
        title="Service accounts that belong to no person",
        problem="API tokens belong to people. When a person leaves, pipelines stop.",
        use_cases=(
            "Three pipelines died when an engineer left in May.",
            "A paid seat is burned for every integration.",
        ),
        workarounds=("A shared mailbox with a paid seat",),
    ),
    GapDraft(
        area="api", heat=3, audience="enterprise", state="backlog", months=3.0,
        title="Manage dashboards as code",
        problem="Dashboards cannot be exported, reviewed and deployed. Customers with test and production copy by hand.",
        use_cases=(
            "They want pull requests for dashboards, as for everything else they run.",
            "Test to production takes a day of clicking for each release.",
        ),
        workarounds=("Click by click, with a checklist of 90 lines",),
    ),
    GapDraft(
        area="api", heat=2, audience="small", state="awaiting_demand", months=0.5,
        title="Higher rate limit on the export endpoint",
        problem="Exports are limited to 60 calls an hour. Customers who embed our figures run into it at peak times.",
        use_cases=("Their customer portal shows our figures and goes blank at nine every morning.",),
        workarounds=("A cache that is up to two hours old",),
    ),
    GapDraft(
        area="api", heat=1, audience="broad", state="shipped", months=0.5,
        title="OpenAPI description of the public API",
        problem="Clients were written from prose and broke with each release.",
        use_cases=("They generate clients for everything and had to write ours by hand.",),
        workarounds=("A hand-written client",),
    ),
)  # fmt: skip

MOBILE = (
    GapDraft(
        area="mobile", heat=3, audience="broad", state="backlog", months=4.0,
        title="Offline dashboards on phones and tablets",
        problem="Without a connection the app is blank. Field teams, ships and basements have none.",
        use_cases=(
            "Crews are offline for up to six days and print dashboards before they sail.",
            "Inspectors work in tunnels and come back with paper.",
        ),
        workarounds=("Print-outs", "Screenshots taken before leaving"),
    ),
    GapDraft(
        area="mobile", heat=2, audience="broad", state="triage", months=None,
        title="Approve and comment from a notification",
        problem="A notification opens the app, which opens a list, which opens the item. Managers give up half-way.",
        use_cases=("Store managers ignore approvals because it takes nine taps.",),
        workarounds=("They approve once a week at a desk",),
    ),
    GapDraft(
        area="mobile", heat=2, audience="regulated", state="backlog", months=2.0,
        title="Managed app configuration for device fleets",
        problem="The mobile app cannot be configured or locked by device management, so IT does not allow it on company phones.",
        use_cases=(
            "5,000 managed phones; an app without managed configuration is simply not allowed.",
            "Copying figures out of the app must be off on private devices.",
        ),
        workarounds=("The web page in a locked browser",),
    ),
    GapDraft(
        area="mobile", heat=1, audience="small", state="declined", months=6.0,
        title="Native app for smart watches",
        problem="A few users would like one figure on their wrist. Notifications already get there; a native app is not worth its upkeep.",
        use_cases=("The owner wants today's turnover on the watch.",),
        workarounds=("Notifications on the watch",),
    ),
)  # fmt: skip
