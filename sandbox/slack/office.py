"""A workspace with everybody who has something to do with gaps."""

import time

from sandbox.slack.ids import Clock
from sandbox.slack.people import User
from sandbox.slack.world import World


def acme_office(*, seed: int = 0, clock: Clock = time.time) -> World:
    """Return a workspace of ten people, two groups and the channels the default policy talks about."""
    world = World(name="Acme", seed=seed, clock=clock)
    people = _people(world)
    world.add_user_group("product-managers", members=[people["pat"], people["priya"]], group_id="S0PM")
    world.add_user_group("gtm-leads", members=[people["gwen"]], group_id="S0GTM")
    _channels(world, people)
    return world


def _people(world: World) -> dict[str, User]:
    staff = {
        "ava": ("Ava Lindqvist", "Account Executive, Enterprise"),
        "cem": ("Cem Öztürk", "Customer Success Manager"),
        "pat": ("Pat O’Neill", "Product Manager, Auth"),
        "priya": ("Priya Raman", "Product Manager, Platform"),
        "gwen": ("Gwen Abara", "VP Sales (GTM approver)"),
        "piet": ("Piet de Vries", "Head of Product (Product approver)"),
        "eli": ("Eli Moreau", "Engineering Director (Engineering approver)"),
    }
    people = {
        name: world.add_user(name, real_name=real_name, title=title, user_id=f"U0{name.upper()}")
        for name, (real_name, title) in staff.items()
    }
    people["ada"] = world.add_user("ada", real_name="Ada Novak", kind="admin", title="Ops admin", user_id="U0ADA")
    people["gus"] = world.add_user("gus", real_name="Gus Peters", kind="guest", title="Contractor", user_id="U0GUS")
    people["eve"] = world.add_user("eve", real_name="Eve Partner", kind="external", title="Partner", user_id="U0EVE")
    people["dan"] = world.add_user("dan", real_name="Dan Gone", title="Left in spring", user_id="U0DAN")
    people["dan"].deleted = True
    world.personas.remove("U0DAN")
    return people


def _channels(world: World, people: dict[str, User]) -> None:
    employees = [person for name, person in people.items() if name not in {"gus", "eve", "dan"}]
    topics = {
        "general": "Everybody",
        "sales": "Deals and what they need",
        "area-auth": "Auth & SSO",
        "area-platform": "Platform",
        "wg-top-gaps": "The weekly digest",
    }
    for name, topic in topics.items():
        world.add_channel(name, members=employees, topic=topic, channel_id=f"C0{name.upper().replace('-', '')}")
    leads = [people[name] for name in ("gwen", "piet", "eli", "ada")]
    world.add_channel("top10-council", kind="private", members=leads, topic="Approvals", channel_id="C0COUNCIL")
    world.channel("general").general = True
    world.channel("general").members.append(people["gus"].id)
    old = world.add_channel("old-roadmap", members=employees, channel_id="C0OLD")
    old.archived = True
    shared = world.add_channel("partner-room", members=[*employees, people["eve"]], channel_id="C0PARTNER")
    shared.ext_shared = True
