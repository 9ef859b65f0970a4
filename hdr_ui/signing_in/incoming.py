"""What a request brings, taken with care: the fields of its form, where it comes from, and where it wants to go."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

_MOST_BYTES = 8_192
_MOST_FIELDS = 20


def is_from_here(request: Request) -> bool:
    """Browsers say where a form comes from, and no other site can make them say otherwise."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin", "")  # a browser that is old, or an address without TLS
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


async def fields(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; nothing of one that is too long or has too many."""
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            return {}
    try:
        found = parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # more fields than any form of ours
        return {}
    return {name: values[-1] for name, values in found.items()}


def address(request: Request) -> str:
    """Where the request comes from; empty where the server does not know."""
    return request.client.host if request.client else ""


def goal(path: str | None) -> str:
    """A path of this app to go to; never another site."""
    is_ours = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if path and is_ours and "\\" not in path else "/"
