"""What a request's account is worth, what somebody typed instead, and what both were when the request was filed."""

from handlers import blocks
from usecases.show_gap import RequestLine


def account_marks(line: RequestLine) -> str:
    """What makes an account count less than others, after its name."""
    if line.is_deleted:
        return " · :wastebasket: deleted in the CRM, no longer ranked"
    return "" if line.is_verified else " · :grey_question: not in the CRM yet, capped"


def request_money(line: RequestLine, *, is_exact: bool) -> list[str]:
    """The CRM's figure first; a typed one stands beside it, marked where it is another."""
    facts = []
    if line.arr:
        facts.append(line.arr.compact() if is_exact else line.arr.band())
    if line.typed and line.arr:
        facts.append(f":warning: typed {line.typed.beside(line.arr) if is_exact else line.typed.band()}")
    elif line.typed:
        facts.append(f"typed {line.typed.compact() if is_exact else line.typed.band()}")
    facts.append(_then(line, is_exact=is_exact))
    return [fact for fact in facts if fact]


def _then(line: RequestLine, *, is_exact: bool) -> str:
    facts = [f"a {line.kind_then.value}"] if line.kind_then else []
    if line.arr_then:
        facts.append(f"{line.arr_then.compact() if is_exact else line.arr_then.band()} ARR")
    deal = line.deal_then
    if deal:
        amount = (deal.amount.compact() if is_exact else deal.amount.band()) if deal.amount else ""
        facts.append(
            " ".join(
                part for part in ("lost deal," if deal.is_lost else "deal", blocks.escaped(deal.stage), amount) if part
            )
        )
    return f"when asked: {', '.join(facts)}" if facts else ""
