"""Conversations that requests come from, and whose account a channel is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, union_all, update
from sqlalchemy.orm import Session

from storage.models import Account, AccountTerm, ChannelAccount, Conversation, GapStem, RequestOrigin
from storage.models.terms import LATER_WORD, WHOLE_NAME
from storage.stems import stem

OPEN, FILED, ENDED = "open", "filed", "ended"
_LAST_CHARACTER = "\U0010ffff"
# Of accounts that share a word's start with the sentence; beyond that a name has to be written more fully.
_MOST_PER_WORD = 40
_MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a request is made from."""

    channel_id: str
    ts: str
    thread_ts: str
    author_id: str | None = None


def begin(
    session: Session, *, key: str, channel_id: str, thread_ts: str, user_id: str, values: dict[str, Any], at: datetime
) -> int:
    """Open a conversation; return its id."""
    row = Conversation(
        key=key,
        channel_id=channel_id,
        thread_ts=thread_ts,
        user_id=user_id,
        state=OPEN,
        created_at=at,
        updated_at=at,
        **values,
    )
    session.add(row)
    session.flush()
    return row.id


def find(session: Session, conversation_id: int) -> Conversation | None:
    return session.get(Conversation, conversation_id)


def by_key(session: Session, key: str) -> Conversation | None:
    return session.scalar(select(Conversation).where(Conversation.key == key))


def going_on(session: Session, *, user_id: str, channel_id: str, since: datetime) -> Conversation | None:
    """The person's latest open conversation in a channel that had a word since then."""
    return session.scalar(
        select(Conversation)
        .where(
            Conversation.user_id == user_id,
            Conversation.state == OPEN,
            Conversation.channel_id == channel_id,
            Conversation.updated_at >= since,
        )
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    )


def change(
    session: Session, *, conversation_id: int, expected_version: int, values: dict[str, Any], at: datetime
) -> bool:
    """Change the conversation if nobody did meanwhile; False when somebody was faster."""
    result = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.version == expected_version)
        .values(**values, version=expected_version + 1, updated_at=at)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[tuple[()]]", result).rowcount == 1


def settle_thread(session: Session, *, conversation_id: int, ts: str) -> None:
    """Let the conversation go on in the thread of this message of ours."""
    found = session.get(Conversation, conversation_id)
    if found is not None:
        found.thread_ts, found.key = ts, f"{found.channel_id}:{ts}"


def accounts_worded(session: Session, words: Iterable[str]) -> list[tuple[int, str]]:
    """Accounts (id, name) with a word in their name that starts like one of these, or like their first letters."""
    wanted = sorted(set(words))[:_MOST_WORDS]
    starts = {word for full in wanted for word in (full, full[:3])}
    reads = [
        select(
            select(AccountTerm.account_id)
            .where(AccountTerm.place == place, AccountTerm.term >= start, AccountTerm.term < start + _LAST_CHARACTER)
            .order_by(AccountTerm.term, AccountTerm.account_id)
            .limit(_MOST_PER_WORD)
            .subquery()
        )
        for start in sorted(starts)
        for place in (WHOLE_NAME, LATER_WORD)
    ]
    if not reads:
        return []
    ids = set(session.scalars(union_all(*reads)))
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)).order_by(Account.id))
    return [(row[0], row[1]) for row in rows]


def said_of_gaps(session: Session, words: Iterable[str]) -> set[str]:
    """Those of these (folded) words that gaps are described with."""
    by_stem: dict[str, set[str]] = {}
    for word in words:
        by_stem.setdefault(stem(word), set()).add(word)
    known = session.scalars(select(GapStem.stem).where(GapStem.stem.in_(by_stem)).distinct())
    return {word for found in known for word in by_stem[found]}


def account_of_channel(session: Session, channel_id: str) -> tuple[int, str] | None:
    """The account (id, name) that the channel is about."""
    row = session.execute(
        select(Account.id, Account.name)
        .join(ChannelAccount, ChannelAccount.account_id == Account.id)
        .where(ChannelAccount.channel_id == channel_id)
    ).first()
    return (row[0], row[1]) if row else None


def set_account_of_channel(session: Session, *, channel_id: str, account_id: int | None, by: str, at: datetime) -> None:
    """Say whose the channel is; None forgets it."""
    known = session.get(ChannelAccount, channel_id)
    if account_id is None:
        if known is not None:
            session.delete(known)
    else:
        session.merge(ChannelAccount(channel_id=channel_id, account_id=account_id, set_by=by, set_at=at))


def keep_origin(session: Session, *, request_id: int, origin: Origin) -> None:
    """Note the message that the request was made from, once."""
    if session.get(RequestOrigin, request_id) is None:
        session.add(
            RequestOrigin(
                request_id=request_id,
                channel_id=origin.channel_id,
                ts=origin.ts,
                thread_ts=origin.thread_ts,
                author_id=origin.author_id,
            )
        )


def origin(session: Session, request_id: int) -> RequestOrigin | None:
    return session.get(RequestOrigin, request_id)


def keep_permalink(session: Session, *, request_id: int, permalink: str) -> None:
    session.execute(
        update(RequestOrigin).where(RequestOrigin.request_id == request_id).values(permalink=permalink[:1000])
    )
