# ruff: noqa: E501  a table of sentences: one row a line reads better than wrapped ones
"""Gaps about who may get in, what they may do, and proving it afterwards."""

from sandbox.book.drafts import GapDraft

AUTH = (
    GapDraft(
        area="auth", heat=5, audience="enterprise", state="in_progress", months=4.0,
        title="SCIM provisioning and deprovisioning",
        problem="Accounts are created and removed by hand. People who left keep their access until an admin notices, and large rollouts stall because nobody wants to type in 3,000 names.",
        use_cases=(
            "IT wants joiners and leavers to follow the directory. Today a leaver keeps dashboard access for about nine days.",
            "Their security review failed us on deprovisioning: 2,400 seats, all managed by hand by two admins.",
            "Rollout to the second business unit is on hold until groups from the directory map to our roles.",
        ),
        workarounds=("A nightly CSV upload by their admin, wrong every other week", "Two people remove leavers by hand every Friday"),
    ),
    GapDraft(
        area="auth", heat=4, audience="enterprise", state="planned", months=2.0,
        title="Map identity-provider groups to roles",
        problem="SSO signs people in but gives everyone the same default role. Admins then change roles one by one, and the directory and we drift apart.",
        use_cases=(
            "They have 14 groups in their directory that should become viewer, editor or admin here without anybody touching it.",
            "New analysts wait two days for editor rights because only one admin may change roles.",
        ),
        workarounds=("A shared editor account, which their auditors hate", "An admin fixes roles every Monday"),
    ),
    GapDraft(
        area="auth", heat=3, audience="regulated", state="backlog", months=1.5,
        title="Session length and idle time-out by workspace",
        problem="Sessions last 30 days for everybody. Regulated customers need 15 minutes idle, field teams want longer.",
        use_cases=(
            "Policy says 15 minutes idle on shared ward computers. We are the only tool on the exception list.",
            "Internal audit asks for an eight-hour limit for anything that shows positions.",
        ),
        workarounds=("A browser extension that clears cookies", "They signed a risk acceptance until the next audit"),
    ),
    GapDraft(
        area="auth", heat=2, audience="enterprise", state="backlog", months=3.0,
        title="More than one identity provider in one workspace",
        problem="A workspace can be tied to a single identity provider. After an acquisition one half of the company cannot sign in with SSO.",
        use_cases=(
            "They bought two companies, each with its own directory, and will not merge those before next year.",
            "Contractors live in a second tenant and need SSO as well.",
        ),
        workarounds=("Password sign-in for the acquired half", "A second workspace, with every dashboard copied by hand"),
    ),
    GapDraft(
        area="auth", heat=2, audience="broad", state="shipped", months=1.0,
        title="Passkeys as a second factor",
        problem="Only one-time codes are offered as a second factor. Customers who moved to passkeys keep an authenticator app just for us.",
        use_cases=("They retired code apps company-wide last quarter; we are the last one left.",),
        workarounds=("An authenticator app that only we need",),
    ),
    GapDraft(
        area="auth", heat=1, audience="enterprise", state="duplicate", months=None, same_as="SCIM provisioning and deprovisioning",
        title="Remove users automatically when they leave the directory",
        problem="Leavers keep their access until somebody removes them.",
        use_cases=("A former contractor still opened a revenue dashboard six weeks after leaving.",),
        workarounds=("A reminder in the offboarding checklist",),
    ),
)  # fmt: skip

ADMIN = (
    GapDraft(
        area="admin", heat=5, audience="regulated", state="planned", months=2.5,
        title="Stream the audit log to a SIEM",
        problem="The audit log can be read on screen for 90 days and nowhere else. Security teams need it in their own tool, in near real time.",
        use_cases=(
            "Their SOC must see exports of personal data within five minutes. We are out of scope for the pilot otherwise.",
            "The regulator wants 18 months of access logs; on screen they get 90 days.",
            "Every tool above the line streams to the SIEM. Procurement will not sign an exception again.",
        ),
        workarounds=("Screenshots attached to the quarterly review", "A script that scrapes the audit page at night"),
    ),
    GapDraft(
        area="admin", heat=4, audience="enterprise", state="triage", months=None,
        title="Custom roles with single permissions",
        problem="There are four fixed roles. Customers need combinations: may export but not share, may edit models but not billing.",
        use_cases=(
            "Analysts should build but never share outside. With today's editor role they can do both.",
            "They want a support role that can see any dashboard and change none.",
        ),
        workarounds=("Viewers ask editors to export for them", "Sharing is off for everybody"),
    ),
    GapDraft(
        area="admin", heat=3, audience="enterprise", state="backlog", months=2.0,
        title="Delegate administration to departments",
        problem="Admins are admins of everything. A department cannot look after its own members and spaces.",
        use_cases=(
            "Forty faculties, one central IT team of three. Every new seminar is a ticket.",
            "Subsidiaries must not see each other's members.",
        ),
        workarounds=("A ticket queue with a four-day wait",),
    ),
    GapDraft(
        area="admin", heat=2, audience="broad", state="needs_info", months=None,
        title="See and reclaim unused seats",
        problem="There is no list of people who have not signed in for a while, so customers pay for seats nobody uses and complain at renewal.",
        use_cases=(
            "Finance asks every quarter which of the 600 seats are used. Nobody can answer.",
            "They suspect a third of the seats is idle and want to cut the renewal by that much.",
        ),
        workarounds=("Their admin asks around by e-mail",),
    ),
    GapDraft(
        area="admin", heat=2, audience="broad", state="shipped", months=1.0,
        title="Restore deleted dashboards for 30 days",
        problem="Deleting is final. One wrong click has cost customers weeks of work.",
        use_cases=("An intern deleted the board pack the evening before the meeting.",),
        workarounds=("Support restores from backup, half a day each time",),
    ),
    GapDraft(
        area="admin", heat=1, audience="small", state="declined", months=0.5,
        title="Let admins read members' private drafts",
        problem="Some admins want to see unpublished work of their members. We decided against it: drafts are private by promise.",
        use_cases=("The owner wants to see what the team is working on before it is shared.",),
        workarounds=("People share drafts when asked",),
    ),
)  # fmt: skip

COMPLIANCE = (
    GapDraft(
        area="compliance", heat=5, audience="emea", state="in_progress", months=9.0,
        title="Keep all customer data in the EU",
        problem="Data sits in the EU but query logs, backups and support exports leave it. Public-sector and health customers cannot accept that in a contract.",
        use_cases=(
            "Their data-protection officer rejected the transfer annex. No EU-only processing, no signature.",
            "The tender has it as a knock-out criterion, page 41.",
            "Works council agreed to the rollout on condition that nothing leaves the EU by year's end.",
        ),
        workarounds=("Pseudonymised extracts only, which makes half of the reports useless",),
    ),
    GapDraft(
        area="compliance", heat=4, audience="regulated", state="backlog", months=4.0,
        title="Customer-managed encryption keys",
        problem="Keys are ours. Banks and insurers must be able to revoke them without asking us.",
        use_cases=(
            "Their cloud policy allows our class of data only with keys they hold.",
            "The supervisor's letter names key control explicitly; answer due next quarter.",
        ),
        workarounds=("Sensitive columns are left out of the warehouse",),
    ),
    GapDraft(
        area="compliance", heat=3, audience="regulated", state="backlog", months=3.0,
        title="Retention rules by data set",
        problem="Data is kept until somebody deletes it. Customers must delete some of it after fixed periods and prove it.",
        use_cases=(
            "Patient-related extracts have to go after ten days; today somebody sets a calendar reminder.",
            "They failed an internal audit because an extract from three years ago was still there.",
        ),
        workarounds=("A calendar reminder and a checklist",),
    ),
    GapDraft(
        area="compliance", heat=3, audience="apac", state="triage", months=None,
        title="Data residency in Japan",
        problem="The nearest region is Singapore. Financial customers in Japan are expected to keep records in the country.",
        use_cases=(
            "Their compliance team approved the pilot with test data only. Production needs a region in Japan.",
            "The group's policy changed in April: records stay in the country.",
        ),
        workarounds=("Aggregates only, no customer records",),
    ),
    GapDraft(
        area="compliance", heat=2, audience="broad", state="backlog", months=1.5,
        title="Mask personal columns by role",
        problem="Whoever may open a data set sees every column. Names and birth dates should be masked for most people.",
        use_cases=(
            "Analysts need the postcode, not the name. Today there are two copies of everything.",
            "Student data: lecturers may see averages, never names.",
        ),
        workarounds=("A second, reduced copy of the data set",),
    ),
    GapDraft(
        area="compliance", heat=1, audience="regulated", state="transferred", months=None,
        title="Signed accessibility conformance report",
        problem="Public buyers ask for a current, signed accessibility report. That is owned by Legal and Design, not by a product area.",
        use_cases=("The bid form has a field for it and ours is two years old.",),
        workarounds=("An older report with a cover letter",),
    ),
)  # fmt: skip
