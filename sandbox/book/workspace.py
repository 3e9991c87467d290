# ruff: noqa: E501  a table of sentences: one row a line reads better than wrapped ones
"""The people and channels of Farreach, an invented maker of analytics software."""

from sandbox.book.rows import Area, Channel, Person

COMPANY = "Farreach"

LENA, TOMAS, PRIYA = "U0LENAHOFF1", "U0TOMASRIV1", "U0PRIYARAM1"
GRACE, DANIEL, MEI = "U0GRACEOKA1", "U0DANIELLI1", "U0MEITANAK1"
SAM, JONAS = "U0SAMWHITF1", "U0JONASWEB1"
AISHA, BEN, KENJI, CLARA = "U0AISHABEL1", "U0BENCARTE1", "U0KENJIMOR1", "U0CLARANYS1"
HANNAH, MARCUS, YUKI = "U0HANNAHBR1", "U0MARCUSDI1", "U0YUKISATO1"
ROSA = "U0ROSADELG1"
OLGA, RAVI, SOFIA, FELIX, NADIA, IDRIS = (
    "U0OLGAWYSO1", "U0RAVISHAH1", "U0SOFIAMEN1", "U0FELIXADL1", "U0NADIAKAR1", "U0IDRISCOL1",
)  # fmt: skip
ELIF, PETER, DANA = "U0ELIFYILD1", "U0PETERNOV1", "U0DANAPRIC1"

PEOPLE = (
    Person(id=LENA, name="Lena Hoffmann", title="Account Executive, EMEA", persona=True),
    Person(id=TOMAS, name="Tomás Rivera", title="Senior Customer Success Manager", timezone="Europe/Madrid", persona=True),
    Person(id=PRIYA, name="Priya Raman", title="Principal Product Manager, Auth & SSO", timezone="Europe/London", persona=True),
    Person(id=GRACE, name="Grace Okafor", title="Chief Revenue Officer", timezone="America/New_York", persona=True),
    Person(id=DANIEL, name="Daniel Lindqvist", title="VP Product", timezone="Europe/Stockholm", persona=True),
    Person(id=MEI, name="Mei Tanaka", title="VP Engineering", timezone="America/Los_Angeles", persona=True),
    Person(id=SAM, name="Sam Whitfield", title="Business Systems", kind="admin", timezone="Europe/London", persona=True),
    Person(id=JONAS, name="Jonas Weber", title="Contractor, Pagebird Studio", kind="guest", persona=True),
    Person(id=AISHA, name="Aïsha Belkacem", title="Account Executive, Southern Europe", timezone="Europe/Paris"),
    Person(id=BEN, name="Ben Carter", title="Enterprise Account Executive, AMER", timezone="America/Chicago"),
    Person(id=ROSA, name="Rosa Delgado", title="Account Executive, AMER", timezone="America/Denver"),
    Person(id=KENJI, name="Kenji Mori", title="Account Executive, APAC", timezone="Asia/Tokyo"),
    Person(id=CLARA, name="Clara Nyström", title="Account Executive, Nordics", timezone="Europe/Stockholm"),
    Person(id=HANNAH, name="Hannah Brooks", title="Customer Success Manager, AMER", timezone="America/New_York"),
    Person(id=MARCUS, name="Marcus Diallo", title="Customer Success Manager, EMEA", timezone="Europe/Paris"),
    Person(id=YUKI, name="Yuki Sato", title="Customer Success Manager, APAC", timezone="Asia/Tokyo"),
    Person(id=OLGA, name="Olga Wysocka", title="Product Manager, Integrations", timezone="Europe/Warsaw"),
    Person(id=RAVI, name="Ravi Shah", title="Product Manager, Reporting", timezone="Europe/London"),
    Person(id=SOFIA, name="Sofía Mendes", title="Product Manager, Admin & Audit", timezone="Europe/Lisbon"),
    Person(id=FELIX, name="Felix Adler", title="Product Manager, Compliance", timezone="Europe/Berlin"),
    Person(id=NADIA, name="Nadia Karimi", title="Product Manager, API & Webhooks", timezone="America/Toronto"),
    Person(id=IDRIS, name="Idris Cole", title="Product Manager, Mobile", timezone="Europe/London"),
    Person(id=ELIF, name="Elif Yıldız", title="Solutions Engineer", timezone="Europe/Istanbul"),
    Person(id=PETER, name="Peter Novák", title="Account Executive (left in spring)", kind="deactivated", timezone="Europe/Prague"),
    Person(id=DANA, name="Dana Price", title="Analytics Lead, Larkmoor Retail Group", kind="external", timezone="America/Denver"),
)  # fmt: skip

WG, TOP10, SALES, CS, GENERAL, SHARED = (
    "C0WGPRODGAP", "C0TOP10PROP", "C0SALESEMEA", "C0CSENTERPR", "C0GENERAL01", "C0EXTLARKMR",
)  # fmt: skip

AREAS = (
    Area(key="auth", name="Auth & SSO", dri=PRIYA, channel="C0AREAAUTH1"),
    Area(key="integrations", name="Integrations", dri=OLGA, channel="C0AREAINTEG"),
    Area(key="reporting", name="Reporting", dri=RAVI, channel="C0AREAREPRT"),
    Area(key="admin", name="Admin & Audit", dri=SOFIA, channel="C0AREAADMIN"),
    Area(key="compliance", name="Data Residency & Compliance", dri=FELIX, channel="C0AREACOMPL"),
    Area(key="api", name="API & Webhooks", dri=NADIA, channel="C0AREAAPIWH"),
    Area(key="mobile", name="Mobile", dri=IDRIS, channel="C0AREAMOBIL"),
)

ROLES = {
    "admin": (SAM,),
    "pm": tuple(dict.fromkeys(area.dri for area in AREAS)),
    "gtm": (GRACE,),
    "product": (DANIEL,),
    "engineering": (MEI,),
    "requester": ("*",),
}

_MEMBERS = tuple(person.id for person in PEOPLE if person.kind in {"member", "admin"})
_SELLERS = (LENA, AISHA, BEN, ROSA, KENJI, CLARA)
_SUCCESS = (TOMAS, HANNAH, MARCUS, YUKI)
_LEADERS = (GRACE, DANIEL, MEI, SAM)

CHANNELS = (
    Channel(id=GENERAL, name="general", topic="Everybody, everything that concerns everybody", members=(*_MEMBERS, JONAS)),
    Channel(id=SALES, name="sales-emea", topic="Deals, forecasts, war stories", members=(*_SELLERS, GRACE, ELIF, TOMAS)),
    Channel(id=CS, name="cs-enterprise", topic="Renewals and rollouts of our largest customers", members=(*_SUCCESS, GRACE, ELIF, LENA)),
    Channel(id=WG, name="wg-product-gaps", topic="What customers miss, ranked. Weekly on Mondays", members=_MEMBERS),
    Channel(id=TOP10, name="top10-proposals", topic="Changes to the Top 10 are agreed here", members=(*_LEADERS, *ROLES["pm"]), private=True),
    *(
        Channel(id=area.channel, name=f"area-{area.key}", topic=f"{area.name}: gaps, questions, releases", members=_MEMBERS)
        for area in AREAS
    ),
    Channel(id=SHARED, name="ext-larkmoor", topic="Farreach and Larkmoor Retail Group", members=(DANA, BEN, HANNAH, SAM), shared=True),
)  # fmt: skip

SELLER_BY_REGION = {"EMEA": (LENA, AISHA, CLARA), "AMER": (BEN, ROSA), "APAC": (KENJI,)}
SUCCESS_BY_REGION = {"EMEA": (TOMAS, MARCUS), "AMER": (HANNAH,), "APAC": (YUKI,)}
# Colleagues who hear needs without owning an account.
BYSTANDERS = (ELIF, PRIYA, OLGA, RAVI, NADIA, SAM, GRACE)
NAMES = {person.id: person.name for person in PEOPLE}
