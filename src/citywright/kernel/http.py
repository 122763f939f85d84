"""Between pages and the kernel: saying a sentence in the reader's language, refusals as answers, headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext

from . import access, clock, journal, periods
from .errors import CannotReach, Refusal, Said
from .models import Area
from .words import THREE_ADMINISTRATORS

#: What a form may send beside its file, in bytes.
BESIDE_THE_FILE = 1024 * 1024
Answer = Callable[[HttpRequest], HttpResponse]
POLICY = ("default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
          "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'")


def say(said: Said) -> str:
    """The sentence in the language of the request: the Chinese text is the catalogue's key, slots are filled after."""
    return said.filled(gettext)


class CannotTakeIn(Refusal):
    """The request is larger than any upload may be; its body was not read."""


class RefusalMiddleware:
    """A refusal that no page caught is answered in words: 403 out of reach (and journaled), 413 too large, else 409.

    Too large is told by the announced length, before anything reads the body. No address of ours holds a NUL, which
    PostgreSQL would not even compare.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.MAX_UPLOAD + BESIDE_THE_FILE:
            return refused(request, CannotTakeIn("文件超过%(limit)s MB，请拆分后再传", limit=settings.MAX_UPLOAD >> 20))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refused(request, exception)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page or as JSON; an attempt out of reach leaves a line in the journal."""
    status = 413 if isinstance(refusal, CannotTakeIn) else 409
    if isinstance(refusal, CannotReach):
        status = 403
        by = request.user if request.user.is_authenticated else None
        journal.write(verb="access.refused", by=by, at=clock.now(),  # type: ignore[arg-type]
                      data={"path": request.path.replace("\0", "�"), "method": request.method, "text": str(refusal)})
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": say(refusal.said)}, status=status)
    return render(request, "ui/refusal.html", {"refusal": refusal, "words": say(refusal.said)}, status=status)


class SecurityHeadersMiddleware:
    """Every answer says that nothing is to be loaded from elsewhere."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


@dataclass(frozen=True)
class Standing:
    """Where and when the reader stands: the area and month in force (they stay while one moves about), and today."""

    area: Area
    period: date
    today: date


def standing(request: HttpRequest) -> Standing:
    """Area and month in force: `?area=` and `?month=` set them and the session keeps them; else the first membership.

    An area outside the person's reach is refused. Without any membership there is nothing to stand on: refused too.
    """
    known: Standing | None = getattr(request, "_standing", None)
    if known is not None:
        return known
    held = [m for m in access.memberships(request.user) if m.role not in THREE_ADMINISTRATORS]
    if not held:
        raise CannotReach("您还没有业务岗位，请联系安全管理员授权")
    code = request.GET.get("area") or request.session.get("area") or ""
    own = next((m.area for m in held if m.area.code == code or not code), None)
    area = own or Area.objects.filter(code=code).first()
    if area is None or not any(area.path.startswith(m.area.path) for m in held):
        if request.GET.get("area"):
            raise CannotReach("您无权查看区划 %(code)s", code=code)
        area = held[0].area
    today = clock.day_of(clock.now())
    month = request.GET.get("month") or request.session.get("month")
    period = periods.month_of(month) if month else periods.first_of(today)
    if (request.session.get("area"), request.session.get("month")) != (area.code, periods.label(period)) and (
        request.GET.get("area") or request.GET.get("month")
    ):
        request.session["area"], request.session["month"] = area.code, periods.label(period)
    found = Standing(area, period, today)
    request._standing = found  # type: ignore[attr-defined]
    return found
