"""Record ids as Salesforce writes them: 15 case-sensitive characters and three that survive where case is lost."""

from random import Random

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_GROUP = 5

ACCOUNT, OPPORTUNITY = "001", "006"


def with_checksum(id15: str) -> str:
    """Append one character per group of five: the bit pattern of where the capitals are."""
    groups = (id15[start : start + _GROUP] for start in range(0, len(id15), _GROUP))
    return id15 + "".join(
        _SUFFIX[sum(1 << at for at, letter in enumerate(group) if letter.isupper())] for group in groups
    )


def new_id(prefix: str, *, random: Random) -> str:
    """Make an 18-character id of one object type in this invented org."""
    return with_checksum(f"{prefix}Qy00000" + "".join(random.choices(_DIGITS, k=5)))
