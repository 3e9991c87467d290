"""The whole program on one page: settings and policy in, use cases, listeners and job handlers out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from slack_bolt import App
from slack_sdk import WebClient

from bot.app import JOB_TIMEOUT_SECONDS, LISTENER_TIMEOUT_SECONDS, Installation, Listeners, build_app, web_client
from bot.attempts import Handler
from bot.policy_file import Policy
from bot.schedule import Schedule
from bot.settings import Settings
from bot.wiring_of_clockwork import mirror_schedules, own_schedules
from bot.wiring_of_customers import build_mirror, build_searches
from bot.wiring_of_digests import Digests, build_digests, digest_handlers, digest_listeners, digest_schedules
from bot.wiring_of_home import Homes, build_homes, home_handlers, home_listeners, home_schedules
from bot.wiring_of_intake import (
    Intake,
    build_intake,
    intake_handlers,
    intake_listeners,
    intake_schedules,
    intake_words,
    split_listeners,
    triage_listeners,
)
from bot.wiring_of_issues import (
    Issues,
    Tracking,
    build_issues,
    issue_handlers,
    issue_listeners,
    issue_schedules,
    issue_words,
)
from bot.wiring_of_notices import Notices, build_notices, notice_handlers, notice_listeners, notice_schedules
from bot.wiring_of_ranking import (
    RankingUseCases,
    build_ranking,
    ranking_handlers,
    ranking_listeners,
    ranking_schedules,
)
from bot.wiring_of_top10 import (
    Governance,
    build_governance,
    governance_handlers,
    governance_listeners,
    governance_schedules,
)
from domain.directory import CustomerDirectory
from domain.language_model import LanguageModel
from domain.ports import Clock
from handlers.errors import ErrorBoundary
from handlers.feature_request.announcements import Announcements
from handlers.feature_request.crm_search import CrmSearch
from handlers.feature_request.listeners import FeatureRequestListeners
from handlers.files import Files
from handlers.messenger import Messenger
from handlers.people.owners import Owners
from handlers.people.profiles import Profiles
from handlers.response_url import ResponseUrl
from handlers.welcome.answers import Answers
from handlers.welcome.listeners import WelcomeListeners
from storage.database import Database
from storage.jobs import JobKind, Rate
from usecases import job_kinds
from usecases.account_searches import AccountSearches
from usecases.allowance import Allowance
from usecases.calibrations import Calibrations
from usecases.change_request import ChangeRequest
from usecases.current_rates import CurrentRates
from usecases.duplicates.find import FindDuplicates
from usecases.duplicates.synonyms import read_synonyms
from usecases.file_request import FileRequest
from usecases.find_accounts import TYPED_AT_ONCE, TYPED_PER_SECOND, FindAccounts
from usecases.greet import Greet
from usecases.know_owners import KnowOwners
from usecases.know_people import KnowPeople
from usecases.mirror_customers import MirrorCustomers
from usecases.mirror_job import MirrorJob
from usecases.rank_gaps import RankGaps
from usecases.request_fields import FieldRules
from usecases.search_crm import SearchCrm
from usecases.show_gap import ShowGap
from usecases.suggest_gaps import SuggestGaps
from usecases.tell_about_request import TellAboutRequest
from usecases.tidy_up import TidyUp
from usecases.turn_away import TurnAway

SLACK_PACE = {"slack": Rate(per_second=20.0, burst=20)}
"""All of Slack together; each channel has its own second, see the messenger."""
SLACK_HOSTS = frozenset({"hooks.slack.com"})


@dataclass(frozen=True, slots=True)
class UseCases:
    """The verbs, each built once."""

    people: KnowPeople
    rank: RankGaps
    file_request: FileRequest
    change_request: ChangeRequest
    find_accounts: FindAccounts
    suggest_gaps: SuggestGaps
    show_gap: ShowGap
    homes: Homes
    ranking: RankingUseCases
    greet: Greet
    turn_away: TurnAway
    tell: TellAboutRequest
    tidy_up: TidyUp
    govern: Governance
    digests: Digests
    notices: Notices
    intake: Intake
    issues: Issues | None
    mirror: MirrorCustomers | None
    account_searches: AccountSearches | None
    search_crm: SearchCrm | None


def build_use_cases(
    *,
    database: Database,
    policy: Policy,
    gitlab_url: str | None,
    now: Clock,
    directory: CustomerDirectory | None = None,
    tracking: Tracking | None = None,
    model: LanguageModel | None = None,
) -> UseCases:
    organisation = policy.organisation()
    rates = CurrentRates(database=database, policy=policy.exchange_rates(), now=now)
    people = KnowPeople(database=database, organisation=organisation, now=now)
    calibrations = Calibrations(database=database, now=now)
    rank = RankGaps(
        rates=rates,
        now=now,
        calibrations=calibrations,
        weights=policy.scoring.weights,
        balance=policy.scoring.balance,
        model=policy.scoring.model,
        typed_cap=policy.scoring.typed_cap_cents,
    )
    rules = FieldRules(rates=rates, gitlab_url=gitlab_url)
    duplicates = FindDuplicates(synonyms=read_synonyms(policy.duplicates.synonyms))
    govern = build_governance(database=database, policy=policy, people=people, rank=rank, now=now)
    ranking = build_ranking(
        database=database, policy=policy, people=people, rank=rank, calibrations=calibrations, rates=rates, now=now
    )
    file_request = FileRequest(
        database=database,
        people=people,
        organisation=organisation,
        rules=rules,
        now=now,
        reads_links=tracking is not None,
    )
    suggest = SuggestGaps(database=database, people=people, find=duplicates)
    turn_away = TurnAway(database=database, now=now)
    return UseCases(
        people=people,
        rank=rank,
        file_request=file_request,
        change_request=ChangeRequest(
            database=database, people=people, rules=rules, now=now, reads_links=tracking is not None
        ),
        find_accounts=FindAccounts(
            database=database,
            people=people,
            rates=rates,
            now=now,
            allowance=Allowance(at_once=TYPED_AT_ONCE, per_second=TYPED_PER_SECOND, now=now),
        ),
        suggest_gaps=suggest,
        show_gap=ShowGap(database=database, people=people, rank=rank, has_tracker=tracking is not None),
        homes=build_homes(
            database=database,
            policy=policy,
            people=people,
            rank=rank,
            waiting_for=govern.show_proposal.waiting_for,
            now=now,
        ),
        ranking=ranking,
        greet=Greet(database=database, turn_away=turn_away, now=now),
        turn_away=turn_away,
        tell=TellAboutRequest(database=database, organisation=organisation, rank=rank),
        tidy_up=TidyUp(database=database, now=now),
        govern=govern,
        digests=build_digests(
            database=database,
            policy=policy,
            people=people,
            list_gaps=ranking.list_gaps,
            rank_today=ranking.take_snapshot.take,
            now=now,
        ),
        notices=build_notices(database=database, policy=policy, people=people, fill_seats=govern.run.fill, now=now),
        intake=build_intake(
            database=database,
            policy=policy,
            people=people,
            rates=rates,
            file_request=file_request,
            suggest=suggest,
            turn_away=turn_away,
            model=model,
            now=now,
        ),
        issues=build_issues(tracking, database=database, policy=policy, people=people, now=now) if tracking else None,
        mirror=build_mirror(directory, database=database, now=now) if directory else None,
        account_searches=build_searches(database=database, people=people, now=now) if directory else None,
        search_crm=SearchCrm(database=database, directory=directory, rates=rates, now=now) if directory else None,
    )


def listeners_of(use: UseCases, policy: Policy) -> list[Listeners]:
    """Everything that listens to Slack, the hottest first and the catch-alls last."""
    hear = use.intake.hear
    organisation = policy.organisation()
    top10, digest = governance_listeners(use.govern), digest_listeners(use.digests)
    notices = notice_listeners(use.notices)
    triage = triage_listeners(use.intake, policy, move_gap=use.notices.move_gap)
    split = split_listeners(use.intake)
    return [
        FeatureRequestListeners(
            organisation=organisation,
            file_request=use.file_request,
            change_request=use.change_request,
            find_accounts=use.find_accounts,
            suggest_gaps=use.suggest_gaps,
            account_searches=use.account_searches,
        ),
        *ranking_listeners(
            use.ranking,
            policy,
            show_gap=use.show_gap,
            words={**notices.words, **triage.words, **split.words, **issue_words(use.issues)},
            words_alone=intake_words(use.intake),
            verbs={**top10.verbs, **digest.verbs},
        ),
        *issue_listeners(use.issues),
        top10,
        digest,
        notices,
        triage,
        split,
        home_listeners(use.homes),
        intake_listeners(use.intake, policy, find_accounts=use.find_accounts),
        WelcomeListeners(greet=use.greet, hear=lambda heard, key: hear(heard, key=key)),
        ErrorBoundary(turn_away=use.turn_away.noted),
    ]


def build_slack_app(*, settings: Settings, policy: Policy, use: UseCases, installation: Installation) -> App:
    token = settings.slack_bot_token.get_secret_value()
    return build_app(
        client=web_client(token=token, base_url=settings.slack_api_url, timeout=LISTENER_TIMEOUT_SECONDS),
        token=token,
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        installation=installation,
        listeners=listeners_of(use, policy),
    )


def job_client(settings: Settings) -> WebClient:
    """The client of the jobs: more patient than a listener may be."""
    token = settings.slack_bot_token.get_secret_value()
    return web_client(token=token, base_url=settings.slack_api_url, timeout=JOB_TIMEOUT_SECONDS)


def job_handlers(
    *, settings: Settings, policy: Policy, use: UseCases, database: Database, installation: Installation, now: Clock
) -> Mapping[JobKind[Any], Handler]:
    """Who does what was promised."""
    client, organisation = job_client(settings), policy.organisation()
    messenger = Messenger(client=client, database=database, now=now)
    response_url = ResponseUrl(hosts=SLACK_HOSTS | {urlsplit(settings.slack_api_url).netloc})
    announcements = Announcements(tell=use.tell, messenger=messenger, response_url=response_url)
    answers = Answers(client=client, messenger=messenger, organisation=organisation, list_gaps=use.ranking.list_gaps)
    profiles = Profiles(client=client, people=use.people, home_team=installation.team_id)
    handlers: dict[JobKind[Any], Handler] = {
        job_kinds.REQUEST_FILED: use.tell.fan_out,
        job_kinds.CONFIRM_REQUEST: announcements.confirm,
        job_kinds.ANNOUNCE_REQUEST: announcements.announce,
        job_kinds.REQUEST_WITHDRAWN: use.tell.fan_out_withdrawal,
        job_kinds.SETTLE_CONFIRMATION: announcements.settle,
        job_kinds.REFRESH_CARD: announcements.refresh_card,
        job_kinds.SUGGEST_PROMPTS: answers.suggest_prompts,
        job_kinds.ANSWER_MESSAGE: answers.answer,
        job_kinds.LOOK_AT_PEOPLE: profiles.look_at,
        job_kinds.LOOK_AT_EVERYBODY: profiles.look_at_everybody,
        job_kinds.TIDY_UP: use.tidy_up,
        **home_handlers(use.homes, client=client),
        **governance_handlers(use.govern, messenger=messenger),
        **digest_handlers(use.digests, policy, messenger=messenger, client=client),
        **notice_handlers(use.notices, messenger=messenger, client=client),
        **intake_handlers(use.intake, policy, tell=use.tell, messenger=messenger, client=client),
    }
    handlers |= issue_handlers(use.issues, messenger=messenger, client=client, response_url=response_url)
    files = Files(client=client, messenger=messenger)
    handlers |= ranking_handlers(use.ranking, policy, client=client, files=files, response_url=response_url)
    if use.mirror is not None:
        handlers[job_kinds.MIRROR_CUSTOMERS] = MirrorJob(mirror=use.mirror, every=policy.salesforce.changes_every)
        handlers[job_kinds.KNOW_OWNERS] = Owners(
            client=client, database=database, know=KnowOwners(database=database, now=now)
        ).look_up
    if use.account_searches is not None and use.search_crm is not None:
        handlers[job_kinds.SEARCH_CRM] = CrmSearch(
            client=client,
            organisation=organisation,
            searches=use.account_searches,
            search=use.search_crm,
            find_accounts=use.find_accounts,
            suggest_gaps=use.suggest_gaps,
        ).answer
    return handlers


def schedules(use: UseCases, policy: Policy) -> list[Schedule[Any]]:
    """What happens by the clock."""
    mirrors = mirror_schedules(changes_every=policy.salesforce.changes_every) if use.mirror is not None else ()
    return [
        *own_schedules(),
        *ranking_schedules(),
        *governance_schedules(policy),
        *digest_schedules(use.digests),
        *notice_schedules(),
        *intake_schedules(use.intake),
        *home_schedules(use.homes),
        *issue_schedules(use.issues, policy),
        *mirrors,
    ]
