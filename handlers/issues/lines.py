"""An issue in one or two short lines, as cards and lists show it."""

from handlers import blocks
from usecases.linked_issues import LinkedIssue


def issue_line(issue: LinkedIssue) -> str:
    """Its reference as a link, its title and where it stands. What we do not see is said to be unseen, never closed."""
    name = blocks.link(issue.url, issue.reference or short(issue.url))
    if issue.is_hidden:
        return f":see_no_evil: {name} · GitLab does not show it to me: it was deleted, or I may not see it"
    if issue.is_moved:
        where = f" to {blocks.link(issue.moved_to_url, short(issue.moved_to_url))}" if issue.moved_to_url else ""
        return f":truck: {name} · moved{where}"
    if issue.state is None:
        return f":link: {name}"
    title = blocks.escaped(issue.title) if issue.title else "_confidential_"
    return f":link: {name} {title}\n{' · '.join(facts(issue))}"


def facts(issue: LinkedIssue) -> list[str]:
    """State, milestone with its date, weight, health and assignees, as far as GitLab knows them."""
    found = [issue.state.value] if issue.state else []
    if issue.milestone:
        due = f" (due {issue.due:%-d %b %Y})" if issue.due else ""
        found.append(f"milestone {blocks.escaped(issue.milestone)}{due}")
    elif issue.due:
        found.append(f"due {issue.due:%-d %b %Y}")
    if issue.weight:
        found.append(f"weight {issue.weight}")
    if issue.health:
        found.append(issue.health.label.lower())
    if issue.assignees:
        found.append(blocks.escaped(", ".join(issue.assignees[:3])))
    return found


def glance(issue: LinkedIssue) -> list[str]:
    """The few words that fit into a list, unescaped: state, milestone, weight and health."""
    if issue.is_hidden:
        return ["not visible"]
    if issue.is_moved:
        return ["moved"]
    weight = f"weight {issue.weight}" if issue.weight else None
    said = (issue.state, issue.milestone, weight, issue.health.label.lower() if issue.health else None)
    return [str(one) for one in said if one]


def short(url: str) -> str:
    """`group/project#7` for a GitLab issue, the address itself for anything else."""
    path = url.split("://", 1)[-1].partition("/")[2]
    project, dash, rest = path.partition("/-/")
    kind, _, number = rest.partition("/")
    mark = {"issues": "#", "work_items": "#", "epics": "&"}.get(kind)
    return f"{project.removeprefix('groups/')}{mark}{number}" if dash and mark else url
