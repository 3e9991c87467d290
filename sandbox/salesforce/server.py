"""A Salesforce on loopback: OAuth, describe, queries with their pages, and the limits header."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.salesforce.apps import Apps, LoginError
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.failures import endure, failure
from sandbox.salesforce.faults import Fault, Faults
from sandbox.salesforce.org import Org
from sandbox.salesforce.records import Call, Records
from sandbox.salesforce.soql import parse
from sandbox.slack.background import BackgroundServer
from sandbox.slack.dropping import Dropped, Dropping

_OLDEST_VERSION = 31.0
_PAGE_SIZE = 2000
_OK = 200


@dataclass(slots=True, kw_only=True)
class _Reply:
    """What is said, with what the records keep of it."""

    body: Any
    status: int = 200
    soql: str = ""
    code: str = ""


class SalesforceServer:
    """An org that listens. See `sandbox.salesforce` for how to use it."""

    def __init__(
        self,
        org: Org,
        *,
        consumer_key: str = "sandbox-consumer-key",
        consumer_secret: str = "sandbox-consumer-secret",  # noqa: S107  made up, for loopback only
        page_size: int = _PAGE_SIZE,
        calls_allowed: int = 100_000,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
    ) -> None:
        self.org = org
        self.consumer_key = consumer_key
        self.consumer_secret = consumer_secret
        self.apps = Apps(consumer_key=consumer_key, consumer_secret=consumer_secret, seed=seed)
        self.faults = Faults()
        self.records = Records()
        self.calls_used, self.calls_allowed = 0, calls_allowed
        self.base_url = ""
        self._cursors = Cursors(org, page_size=page_size, seed=seed)
        self._server = BackgroundServer(Dropping(Starlette(routes=self._routes())), host=host, port=port)

    def start(self) -> str:
        """Listen; return the base address, which is the client's SALESFORCE_URL."""
        self.base_url = self._server.start()
        return self.base_url

    def stop(self) -> None:
        self.faults.clear()  # nobody may hang for longer than there is a server
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def expire_sessions(self) -> None:
        """Let every session end now."""
        self.apps.expire()

    def lose_cursors(self) -> None:
        """Forget where every long read is."""
        self._cursors.lose()

    def _routes(self) -> list[Route]:
        data = "/services/data/v{version:float}"
        return [
            Route("/services/oauth2/token", self._token, methods=["POST"]),
            Route(data + "/sobjects/{kind}/describe", self._describe),
            Route(data + "/query", self._query),
            Route(data + "/query/", self._query),
            Route(data + "/queryAll", self._query),
            Route(data + "/queryAll/", self._query),
            Route(data + "/query/{locator}", self._more),
            Route(data + "/queryAll/{locator}", self._more),
            Route(data + "/composite/batch", self._batch, methods=["POST"]),
        ]

    async def _token(self, request: Request) -> Response:
        form = {key: values[-1] for key, values in parse_qs((await request.body()).decode()).items()}

        def log_in() -> _Reply:
            try:
                token = self.apps.log_in(form, authorization=request.headers.get("authorization", ""))
            except LoginError as refused:
                return _Reply(body=refused.as_answer(), status=400, code=refused.code)
            return _Reply(body={"access_token": token, "instance_url": self.base_url, "token_type": "Bearer"})

        return await self._served(request, "token", log_in)

    async def _describe(self, request: Request) -> Response:
        def describe() -> _Reply:
            kind = self.org.visible(request.path_params["kind"])
            if kind is None:
                raise SalesforceError("NOT_FOUND", "The requested resource does not exist", status=404)
            return _Reply(body={"name": kind.name, "fields": [field.as_describe() for field in kind.fields]})

        return await self._served(request, "describe", lambda: self._checked(request, describe))

    async def _query(self, request: Request) -> Response:
        with_deleted = "/queryAll" in request.url.path
        soql = request.query_params.get("q", "")

        def query() -> _Reply:
            return _Reply(body=self._cursors.first(parse(soql), with_deleted=with_deleted), soql=soql)

        return await self._served(request, "query", lambda: self._checked(request, query, soql=soql))

    async def _more(self, request: Request) -> Response:
        def more() -> _Reply:
            return _Reply(body=self._cursors.more(request.path_params["locator"]))

        return await self._served(request, "query_more", lambda: self._checked(request, more))

    async def _batch(self, request: Request) -> Response:
        """Only queries, as the bot has no other use for it; all of them, each with its own status."""
        body = json.loads(await request.body())
        queries = [parse_qs(urlsplit(one["url"]).query)["q"][0] for one in body["batchRequests"]]

        def batch() -> _Reply:
            results = [self._one_of_batch(soql) for soql in queries]
            has_errors = any(one["statusCode"] != _OK for one in results)
            return _Reply(body={"hasErrors": has_errors, "results": results}, soql="; ".join(queries))

        return await self._served(request, "batch", lambda: self._checked(request, batch))

    def _one_of_batch(self, soql: str) -> dict[str, Any]:
        try:
            return {"statusCode": _OK, "result": self._cursors.first(parse(soql), with_deleted=False)}
        except SalesforceError as refused:
            return {"statusCode": refused.status, "result": refused.as_answer()}

    async def _served(self, request: Request, operation: str, work: Callable[[], _Reply]) -> Response:
        """Let the call suffer what is scripted for it, then do it and keep a record."""
        over = self.faults.over
        fault = self.faults.take(operation)
        await self._delay(fault, over=over)
        reply = _Reply(body=None)
        response = failure(fault, over=over)
        if response is None:
            reply = work()
            if fault is not None and fault.mode == "next":
                reply.body |= {"done": False, "nextRecordsUrl": fault.detail}
            headers = {"Sforce-Limit-Info": f"api-usage={self.calls_used}/{self.calls_allowed}"}
            response = JSONResponse(reply.body, status_code=reply.status, headers=headers)
        elif fault is not None:
            reply.code = fault.mode
        status = None if isinstance(response, Dropped) else response.status_code
        url = request.url.path + ("?" + request.url.query if request.url.query else "")
        self.records.add(
            Call(operation=operation, url=url, status=status, soql=reply.soql, code=reply.code, at=self.org.now())
        )
        return response

    async def _delay(self, fault: Fault | None, *, over: "Future[None]") -> None:
        if fault is not None and fault.mode == "slow":
            await endure(fault.seconds, over=over)
        if fault is not None and fault.mode == "expired":
            self.expire_sessions()

    def _checked(self, request: Request, work: Callable[[], _Reply], *, soql: str = "") -> _Reply:
        try:
            self._admit(request)
            return work()
        except SalesforceError as refused:
            return _Reply(body=refused.as_answer(), status=refused.status, soql=soql, code=refused.code)

    def _admit(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self.apps.is_session(token):
            raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
        if request.path_params["version"] < _OLDEST_VERSION:
            raise SalesforceError("GONE", "API version has been retired", status=410)
        if self.calls_used >= self.calls_allowed:
            raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", status=403)
        self.calls_used += 1
