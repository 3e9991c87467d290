"""Commands in the text of descriptions and notes: GitLab runs them, with the rights of the writer, and strips them."""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"/(?P<name>[a-z_]+)(?:[ \t]+(?P<argument>.*?))?[ \t]*")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")
_LABEL = re.compile(r'~"([^"]+)"|~([^\s~"]+)')
_KNOWN = frozenset(
    {
        *("close", "reopen", "label", "labels", "unlabel", "remove_label", "relabel", "confidential", "title"),
        *("weight", "clear_weight", "assign", "unassign", "due", "remove_due_date", "milestone", "remove_milestone"),
        *("duplicate", "move", "lock", "unlock", "subscribe", "todo", "done", "estimate", "spend", "epic", "relate"),
        *("health_status", "promote", "cc", "award", "react", "shrug", "tableflip", "create_merge_request", "type"),
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    argument: str

    @property
    def labels(self) -> list[str]:
        return [quoted or plain for quoted, plain in _LABEL.findall(self.argument)]


def extract(text: str) -> tuple[str, list[Command]]:
    """Return the text without commands, and the commands. Lines in fenced code and quotes are text.

    GitLab looks at lines that *begin* with a slash; so do we.
    """
    kept, commands, in_code = [], [], False
    for line in text.split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
        found = None if in_code else _COMMAND.fullmatch(line.rstrip("\r"))
        if found and found["name"] in _KNOWN:
            commands.append(Command(name=found["name"], argument=found["argument"] or ""))
        else:
            kept.append(line)
    return "\n".join(kept).strip() if commands else text, commands
