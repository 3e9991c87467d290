"""The persistent model: one typed class per word of the product. There is no second set of classes."""

from storage.models.customers import Account, Opportunity
from storage.models.gaps import Gap, Link, Request
from storage.models.governance import Decision, Digest, Proposal, Top10Entry, Top10Version
from storage.models.people import GroupMember, Person
from storage.models.records import AuditRow, InboxEntry, PostedMessage
from storage.models.sync import CrmRate, CrmRead, CrmTurn
from storage.models.terms import AccountTerm

__all__ = [
    "Account",
    "AccountTerm",
    "AuditRow",
    "CrmRate",
    "CrmRead",
    "CrmTurn",
    "Decision",
    "Digest",
    "Gap",
    "GroupMember",
    "InboxEntry",
    "Link",
    "Opportunity",
    "Person",
    "PostedMessage",
    "Proposal",
    "Request",
    "Top10Entry",
    "Top10Version",
]
