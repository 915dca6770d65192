"""Errors as RFC 9457 writes them: problem+json, one sentence each, nothing told about what one may not see."""

from http import HTTPStatus

from starlette.responses import JSONResponse

DETAILS = {
    400: "The body is not a JSON object in UTF-8.",
    401: "Show a key: Authorization: Bearer KEY.",
    403: "This key does not have the right to do this.",
    404: "There is no such document.",
    408: "The body did not come in time.",
    413: "The body is too large.",
    415: "The body has to be application/json.",
    429: "Too many requests with this key: wait a minute.",
    503: "Nothing is indexed yet.",
}


class ProblemError(Exception):
    """Ends a request with this status."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(detail or DETAILS[status])
        self.status = status


def problem_response(problem: ProblemError) -> JSONResponse:
    status = problem.status
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(problem)}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {"Retry-After": "60"} if status == 429 else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")
