# ruff: noqa: E501  a table of sentences: one row a line reads better than wrapped ones
"""What sellers add to a request in their own words."""

from sandbox.book.workspace import (
    AISHA,
    BEN,
    CLARA,
    CS,
    DANA,
    DANIEL,
    ELIF,
    GENERAL,
    GRACE,
    HANNAH,
    LENA,
    MARCUS,
    MEI,
    PRIYA,
    SALES,
    SAM,
    SHARED,
    TOMAS,
    WG,
    YUKI,
)  # fmt: skip

TAILS = {
    "blocks_new_deal": (
        "It is a line in their tender.",
        "Everything else in the evaluation is green.",
        "Their security team signs only with a date from us.",
        "The competitor in the final round has it.",
    ),
    "risks_churn": (
        "It comes up in every call about the renewal.",
        "Their new head of data used a product that had it.",
        "They asked for the exit clause last week.",
        "Our champion says she cannot defend us another year without it.",
    ),
    "risks_downgrade": (
        "They talk about going back to the smaller plan.",
        "Half of the seats are in question because of it.",
    ),
    "blocks_expansion": (
        "The second rollout waits for it.",
        "Budget for more seats is approved as soon as this is there.",
        "The sister company wants to join, on this condition.",
    ),
    "none": (
        "Would make their life easier, nothing more.",
        "Came up in the quarterly review.",
        "",
    ),
}

AFFECTED = ("About {n} people are affected.", "{n} seats.", "Concerns a team of {n}.", "", "", "")

# What was said in channels lately.
CHATTER = (
    (SALES, LENA, "Back from Gökdeniz Enerji: demo went well, then IT asked how people get removed when they leave. Again."),
    (SALES, AISHA, "Weißbach Klinikgruppe want a yes or no on EU-only processing by the end of the month, in writing."),
    (SALES, CLARA, "Does anybody know whether we mask personal columns? Älvdal Kraft AB ask for the third time."),
    (SALES, LENA, "Ashdown & Wick Retail moved the close date. Reason: the PDF reports with their logo. I am not joking."),
    (SALES, ELIF, "For Çınar Lojistik A.Ş. I built a proof of concept that polls our API every minute. It works, but please, webhooks."),
    (CS, TOMAS, "Renewal call with Penhallow Building Society done. Happy overall; audit log to their SIEM is the one open point."),
    (CS, HANNAH, "Larkmoor Retail Group: the reorg broke their row filters again, one regional lead saw too much. Fixed by hand."),
    (CS, MARCUS, "Håkonsen Shipping print dashboards before every voyage. I have photos."),
    (CS, YUKI, "東雲証券 (Shinonome Securities) can go to production only with a region in Japan. The pilot is loved."),
    (CS, TOMAS, "Quarterly review with Société Vauclair: fiscal calendar, fiscal calendar, and the fiscal calendar."),
    (WG, PRIYA, "SCIM is in progress: create and deactivate work behind a flag, groups come next."),
    (WG, DANIEL, "Please file what you hear instead of telling me in the corridor: `/feature-request` takes half a minute."),
    (WG, GRACE, "Which of these cost us money this quarter? That is the order I want to see."),
    (GENERAL, SAM, "New here: gapbot. Tell it what customers miss, it finds the account and the gap by itself."),
    (GENERAL, MEI, "Release train left the station this morning. Thank you, night shift."),
    (SHARED, DANA, "Hi all, is there news on reports with our own branding? Our stores ask me every week."),
    (SHARED, BEN, "Hi Dana, I am filing it with our product team today and keep you posted here."),
)  # fmt: skip
