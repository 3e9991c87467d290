"""GitLab from the settings, and what `gapbot doctor` finds out about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.finding import Finding
from bot.policy_file import Policy
from bot.settings import Settings
from domain.errors import Refusal
from domain.issue_tracker import Account, Cursor, Hook, Namespace, Scope, ScopeKind, Tracker
from domain.issue_tracker_errors import Busy, Forbidden, NotVisible, Unreachable
from domain.ports import Clock
from integrations.gitlab import GitLabTracker

_PLANNER = 15
_ROLES = {10: "Guest", 15: "Planner", 20: "Reporter", 30: "Developer", 40: "Maintainer", 50: "Owner"}
_ENDS_SOON = timedelta(days=14)
_A_YEAR = timedelta(days=365)


def build_tracker(settings: Settings, *, now: Clock) -> Tracker | None:
    """The issue tracker, where one is configured; raise a `Refusal` when the address cannot be meant."""
    if settings.gitlab_url is None or settings.gitlab_token is None:
        return None
    return GitLabTracker(url=settings.gitlab_url, token=settings.gitlab_token.get_secret_value(), now=now)


def projects(settings: Settings, policy: Policy) -> tuple[str, ...]:
    """The paths of all projects in which the bot may create issues, the general one first."""
    paths = [settings.gitlab_project, *(area.gitlab_project for area in policy.areas)]
    return tuple(dict.fromkeys(path for path in paths if path))


def examine_tracker(settings: Settings, policy: Policy, *, now: Clock) -> Iterator[Finding]:
    """Look at token, scopes, roles, the right to write internal notes, and webhooks."""
    if settings.gitlab_url is None:
        yield Finding("GitLab", "Not configured; everything else works without it.", is_warning=True)
        return
    what = f"GitLab: {settings.gitlab_url}"
    try:
        tracker = build_tracker(settings, now=now)
        account = tracker.account() if tracker else None
    except NotVisible:
        yield Finding(what, "There is no GitLab API at this address. Check GITLAB_URL, also for a path that it needs.")
        return
    except Forbidden:
        yield Finding(what, f"GitLab does not let this token ask who it is. {_NEW_TOKEN}")
        return
    except Refusal as refusal:
        yield Finding(what, _advice(refusal))
        return
    if tracker is None or account is None:
        advice = "Addresses of issues are accepted, and nothing is read or written: GITLAB_TOKEN is missing."
        yield Finding(what, advice, is_warning=True)
        return
    yield Finding(f"{what}, version {account.version}, as {account.username}")
    yield from _token(account, now=now())
    yield from _places(tracker, settings, policy, now=now())


def _token(account: Account, *, now: datetime) -> Iterator[Finding]:
    if not account.scopes:
        advice = "GitLab does not say which scopes it has. It needs `api`: look at the page where it was made."
        yield Finding("GitLab token", advice, is_warning=True)
    elif "api" not in account.scopes:
        advice = f"It has {', '.join(sorted(account.scopes))}. It needs `api`. {_NEW_TOKEN}"
        yield Finding("GitLab token", advice)
    else:
        yield Finding("GitLab token: scope api")
    if account.expires_on is not None and account.expires_on <= (now + _ENDS_SOON).date():
        yield Finding("GitLab token", f"It expires on {account.expires_on}. Rotate it before.", is_warning=True)


def _places(tracker: Tracker, settings: Settings, policy: Policy, *, now: datetime) -> Iterator[Finding]:
    if settings.gitlab_group is None:
        advice = "GITLAB_GROUP is missing, so nobody can search issues. Set it to the path of your group."
        yield Finding("GitLab group", advice, is_warning=True)
    else:
        yield _group(tracker, settings.gitlab_group)
    paths = projects(settings, policy)
    if not paths:
        advice = "No issues can be created: set GITLAB_PROJECT, or gitlab_project of an area."
        yield Finding("GitLab projects", advice, is_warning=True)
    for path in paths:
        yield from _project(tracker, path, now=now)


def _group(tracker: Tracker, path: str) -> Finding:
    what = f"GitLab group {path}"
    try:
        group = tracker.group(path)
    except Refusal as refusal:
        return Finding(what, _advice(refusal, hidden="Check GITLAB_GROUP, or make the bot's user a member there."))
    advice = _role_advice(group)
    return Finding(what, advice, is_warning=bool(advice))


def _project(tracker: Tracker, path: str, *, now: datetime) -> Iterator[Finding]:
    what = f"GitLab project {path}"
    try:
        project = tracker.project(path)
        advice = _role_advice(project) or _renamed(project, path) or _cannot_hide(tracker, project, now=now)
        yield Finding(what if advice else f"{what}: {_ROLES.get(project.role or 0, 'other role')}", advice)
        yield from _hooks(tracker, project)
    except Refusal as refusal:
        hidden = "Check GITLAB_PROJECT or the area's gitlab_project, or make the bot's user a member there."
        yield Finding(what, _advice(refusal, hidden=hidden))


def _advice(refusal: Refusal, *, hidden: str = "") -> str:
    """What is wrong, and what to do where the sentence itself does not say it."""
    if isinstance(refusal, Unreachable):
        return f"{refusal.sentence} {_TRY_LATER}"
    if isinstance(refusal, Busy):
        return f"{refusal.sentence} Wait a minute, then run doctor again."
    return f"{refusal.sentence} {hidden}" if isinstance(refusal, NotVisible) and hidden else refusal.sentence


_NEW_TOKEN = "Make a new token with the scope `api`, and put it into GITLAB_TOKEN."  # noqa: S105  a sentence
_TRY_LATER = (
    "Check GITLAB_URL, the network and any proxy in between, then run doctor again. The bot keeps trying by itself."
)


def _role_advice(place: Namespace) -> str:
    if place.role is None:
        return "The bot's user is no member. Give it the role Planner (Reporter before GitLab 17.7)."
    if place.role < _PLANNER:
        name = _ROLES.get(place.role, "too low a role")
        return f"The bot's user is {name} there. It needs Planner (Reporter before GitLab 17.7)."
    return ""


def _renamed(project: Namespace, path: str) -> str:
    return "" if project.path == path else f"It is called {project.path} now. Write that into the configuration."


def _cannot_hide(tracker: Tracker, project: Namespace, *, now: datetime) -> str:
    """Ask about some issue, as GitLab knows this right for issues only; without any there is nothing to ask."""
    scope = Scope(kind=ScopeKind.PROJECT, namespace_id=project.id)
    found = tracker.changes(scope, after=Cursor(since=now - _A_YEAR), limit=1).issues
    if not found or tracker.may_note_internally(found[0].ref):
        return ""
    return (
        "GitLab does not let the bot's user write internal notes there, so customers' context stays out of it. Give "
        "it the role Planner (Reporter before GitLab 17.7)."
    )


def _hooks(tracker: Tracker, project: Namespace) -> Iterator[Finding]:
    """Only a maintainer sees them, which the bot need not be."""
    try:
        hooks = tracker.hooks(project.id)
    except (Forbidden, NotVisible):
        return
    for hook in hooks:
        if hook.alert_status != "executable":
            yield Finding(f"GitLab webhook {hook.id} of {project.path}", _resting(hook), is_warning=True)


def _resting(hook: Hook) -> str:
    until = f"until {hook.disabled_until:%Y-%m-%d %H:%M} UTC" if hook.disabled_until else "for good"
    return f"GitLab has stopped calling it {until}, as it failed too often. Test it on its page in GitLab."
