"""How a call reaches the played Linnworks: session, quota, shape of the body, method, answer."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from returnworks.sandbox.arguments import Args, arguments, guid, json_body, needed
from returnworks.sandbox.faults import Fault
from returnworks.sandbox.linnworks import orders, refunds, returns, rules, search, stock
from returnworks.sandbox.linnworks.surface import NO_CONTENT, Method, Shape
from returnworks.sandbox.refusals import Refusal, invalid
from returnworks.sandbox.vendor import Vendor, json_response
from returnworks.sandbox.warehouse import stable_id
from returnworks.sandbox.world import World

AUTHORISE = "Auth/AuthorizeByApplication"
PREFIX = "/api/"


def authorize_by_application(world: World, args: Args) -> Any:
    """A session for the installed application. The answer is full of secrets, as documented."""
    ours = world.credentials
    given = (args["ApplicationId"], args["ApplicationSecret"], args["Token"])
    if given != (ours.application_id, ours.application_secret, ours.installation_token):
        raise Refusal(401, "Application is not installed or the token is not valid.")
    return {
        "Id": stable_id("user", "sandbox"),
        "EntityId": stable_id("entity", "sandbox"),
        "DatabaseName": "PLANTED_DATABASE",
        "DatabaseServer": "planted-database.example.com",
        "PrivateDatabaseServer": "planted-database.example.com",
        "DatabaseUser": "planted_user",
        "DatabasePassword": "PLANTED-DATABASE-PASSWORD",
        "AppName": "Sandbox application",
        "UserName": "planted.person@example.com",
        "Md5Hash": "PLANTED0HASH0000PLANTED0HASH0000",
        "Locality": "EU",
        "SuperAdmin": False,
        "TTL": world.settings.session_ttl_seconds,
        "Token": world.open_session(),
        "AccessToken": "PLANTED-ACCESS-TOKEN",
        "GroupName": "Administrators",
        "Device": "",
        "DeviceType": "",
        "UserType": "LinnworksUser",
        "Status": {"State": "AVAILABLE", "Reason": "", "Parameters": {}},
        "UserId": stable_id("user", "sandbox"),
        "Properties": {},
        "Email": "planted.person@example.com",
        "Server": world.linnworks_url,
        "PushServer": world.linnworks_url,
    }


CREDENTIALS = {"ApplicationId": needed(guid), "ApplicationSecret": needed(guid), "Token": needed(guid)}

METHODS = {
    method.name: method
    for method in (
        Method(AUTHORISE, authorize_by_application, Shape.BARE, CREDENTIALS),
        *stock.METHODS,
        *orders.METHODS,
        *rules.METHODS,
        *returns.METHODS,
        *refunds.METHODS,
        *search.METHODS,
    )
}


class Linnworks(Vendor):
    """The ASGI application."""

    name = "linnworks"

    def method_of(self, request: Request) -> str:
        return request.url.path.removeprefix(PREFIX)

    def answer(self, request: Request, method: str, body: bytes, fault: Fault | None) -> Response:
        try:
            known = self._admit(request, method)
            answer = known.play(self.world, _read_arguments(known, request, body))
        except Refusal as no:
            return json_response({"Message": no.message}, no.status, self._hints(no))
        if known.writes:
            self.world.tallies.writes[method] += 1
        return Response(status_code=204) if answer is NO_CONTENT else json_response(answer)

    def _admit(self, request: Request, name: str) -> Method:
        """The method, if it exists and this caller may call it now."""
        known = METHODS.get(name)
        if known is None or not request.url.path.startswith(PREFIX):
            raise Refusal(404, "No HTTP resource was found that matches the request URI.")
        if request.method != known.verb:
            raise Refusal(405, f"The requested resource does not support http method '{request.method}'.")
        if name != AUTHORISE and not self.world.session_is_good(request.headers.get("authorization", "")):
            raise Refusal(401, "Token has expired or is not valid.")
        self._count(known)
        return known

    def _count(self, method: Method) -> None:
        settings = self.world.settings
        limit = int(method.rate * settings.rate_multiplier)
        window = settings.rate_window_seconds
        if self.world.minute_quotas.admit(method.name, limit, window, self.world.now):
            raise Refusal(429, _quota_text(limit))

    def _hints(self, no: Refusal) -> dict[str, str]:
        if no.status == 429 and self.world.settings.send_retry_after:
            return {"Retry-After": str(max(1, round(self.world.settings.rate_window_seconds)))}
        return {}

    def quota_response(self, status: int, retry_after: int | None) -> Response:
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
        return json_response({"Message": _quota_text(150)}, status, headers)

    def refusing_response(self, method: str) -> Response:
        """Each of the writes that answer 200 has its own way to refuse."""
        no: dict[str, Any] = {"Errors": ["The sandbox was asked to refuse this."]}
        if "RMA" in method:
            no |= {"RMAHeaderId": 0, "Items": [], "Info": []}
        if method.endswith("Refund"):
            no |= {"RefundHeaderId": 0, "RefundLines": [], "CannotRefundReason": "Other"}
        if "/Action" in method:
            no["SuccessfullyActioned"] = False
        return json_response(no)


def _quota_text(limit: int) -> str:
    return f"API calls quota exceeded! Maximum admitted {limit} per Minute."


def _read_arguments(method: Method, request: Request, body: bytes) -> Args:
    if method.shape is Shape.QUERY:
        pairs = request.query_params.multi_items()
        if len({name for name, _ in pairs}) < len(pairs):
            raise invalid()
        return arguments(dict(pairs), method.takes)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise invalid()
    given = json_body(body)
    if method.shape is Shape.WRAPPED:
        if not isinstance(given, dict) or list(given) != ["request"]:
            raise invalid()
        given = given["request"]
    return arguments(given, method.takes)
