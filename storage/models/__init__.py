"""The persistent model: one typed class per word of the product. There is no second set of classes."""

from storage.models.customers import Account, AccountSearch, CrmPerson, Opportunity
from storage.models.digests import Digest, Subscription
from storage.models.gaps import Gap, Link, Request
from storage.models.governance import Decision, Proposal, Top10Entry, Top10Run, Top10Version
from storage.models.home import HomeVisit
from storage.models.intake import ChannelAccount, Conversation, RequestOrigin
from storage.models.issues import IssueCreation, IssueQuestion, IssueScope, IssueSearch, TrackedIssue
from storage.models.notices import Follower, GapChange, Notice, NoticePreference, Promise
from storage.models.people import GroupMember, Person
from storage.models.rankings import (
    DealCorrection,
    GapEstimate,
    GapTheme,
    RankDay,
    RankPlace,
    SavedView,
    StoredCalibration,
)
from storage.models.records import AuditRow, InboxEntry, PostedMessage
from storage.models.search import GapStem, StemGram
from storage.models.sync import CrmRate, CrmRead, CrmTurn
from storage.models.terms import AccountTerm
from storage.models.triage import DecisionReminder, DemandWait, Merge, Question

__all__ = [
    "Account",
    "AccountSearch",
    "AccountTerm",
    "AuditRow",
    "ChannelAccount",
    "Conversation",
    "CrmPerson",
    "CrmRate",
    "CrmRead",
    "CrmTurn",
    "DealCorrection",
    "Decision",
    "DecisionReminder",
    "DemandWait",
    "Digest",
    "Follower",
    "Gap",
    "GapChange",
    "GapEstimate",
    "GapStem",
    "GapTheme",
    "GroupMember",
    "HomeVisit",
    "InboxEntry",
    "IssueCreation",
    "IssueQuestion",
    "IssueScope",
    "IssueSearch",
    "Link",
    "Merge",
    "Notice",
    "NoticePreference",
    "Opportunity",
    "Person",
    "PostedMessage",
    "Promise",
    "Proposal",
    "Question",
    "RankDay",
    "RankPlace",
    "Request",
    "RequestOrigin",
    "SavedView",
    "StemGram",
    "StoredCalibration",
    "Subscription",
    "Top10Entry",
    "Top10Run",
    "Top10Version",
    "TrackedIssue",
]
