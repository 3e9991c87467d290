"""`gapbot sync gitlab`: read what changed in GitLab, now instead of on schedule."""

from collections.abc import Iterator

from bot import clock
from bot.policy_file import Policy
from bot.settings import Settings
from bot.wiring import build_use_cases
from bot.wiring_of_issues import build_tracking
from domain.errors import Refusal
from storage import issue_links, issues
from storage.database import Database
from storage.jobs import RetryLater


def sync(database: Database, *, settings: Settings, policy: Policy, is_full: bool) -> Iterator[str]:
    """Poll, or reconcile all that is linked; yield what is known then. Raise a `Refusal` where GitLab does not answer.

    What is to be written to issues is promised, and done by the running bot.
    """
    tracking = build_tracking(settings, policy, now=clock.now)
    if tracking is None:
        raise Refusal("GitLab is not configured: set GITLAB_URL and GITLAB_TOKEN.")
    use = build_use_cases(
        database=database, policy=policy, gitlab_url=settings.gitlab_url, now=clock.now, tracking=tracking
    ).issues
    if use is None:
        raise AssertionError("GitLab is configured and nothing was built for it")
    run = use.reconcile.run if is_full else use.poll.run
    try:
        run()
    except RetryLater as later:
        raise Refusal(f"GitLab does not answer, or lets us wait for {later.seconds:.0f} s. Try again then.") from None
    with database.read() as session:
        linked, unread = len(issues.linked(session)), len(issue_links.unread(session))
    yield "1 issue is linked." if linked == 1 else f"{linked:,} issues are linked."
    if unread:
        yield f"{unread:,} of the links lead to nothing that GitLab shows us."
