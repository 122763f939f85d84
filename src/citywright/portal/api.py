"""The JSON interface of the program: session sign-in with CSRF, refusals in words, its own description and no pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.security import SessionAuth

from citywright.kernel.errors import Refusal
from citywright.kernel.http import refused
from citywright.projects.api import router as projects

DESCRIPTION = frozenset({"openapi-json", "api-root"})
#: The documentation page would load scripts from elsewhere, so only the description is served.
api = NinjaAPI(title="城匠 Citywright", version="1", docs_url=None, auth=SessionAuth(csrf=True), urls_namespace="api")
api.add_router("", projects)


@api.exception_handler(Refusal)
def say_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as {"detail": words}: 403 out of reach (journaled), 409 otherwise."""
    return refused(request, refusal)


def open_to_answer(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The same addresses, answering strangers themselves: 401 in JSON instead of the sign-in page.

    The description stays behind the sign-in.
    """
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name not in DESCRIPTION:
            login_not_required(pattern.callback)
    return patterns


patterns, app_name, namespace = api.urls
urls = (open_to_answer(list(patterns)), app_name, namespace)
