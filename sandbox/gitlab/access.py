"""Who may what, as GitLab's policies have it; only the rights that a bot of this kind meets."""

from sandbox.gitlab.world import Item, Namespace, Note, Project, Role, User


def role_in(user: User, namespace: Namespace) -> int:
    """The highest of the roles in it and in all groups above; 0 for a stranger."""
    return max((int(place.members.get(user.id, 0)) for place in namespace.line), default=0)


def can_see_namespace(user: User, namespace: Namespace) -> bool:
    return namespace.visibility == "public" or role_in(user, namespace) >= Role.GUEST


def can_see(user: User, item: Item) -> bool:
    """Confidential ones are for planners and above, their author and their assignees."""
    if not can_see_namespace(user, item.home):
        return False
    return not item.confidential or is_planner(user, item.home) or user is item.author or user in item.assignees


def can_edit(user: User, item: Item) -> bool:
    """Title, text and state."""
    return is_planner(user, item.home) or user is item.author


def is_planner(user: User, namespace: Namespace) -> bool:
    """The condition for labels, milestones, confidentiality after creation, and for marking notes as internal."""
    return role_in(user, namespace) >= Role.PLANNER


def can_see_note(user: User, item: Item, note: Note) -> bool:
    return not note.internal or is_planner(user, item.home) or note.author is user


def can_change_note(user: User, item: Item, note: Note) -> bool:
    return note.author is user or role_in(user, item.home) >= Role.MAINTAINER


def can_manage_hooks(user: User, project: Project) -> bool:
    return role_in(user, project) >= Role.MAINTAINER
