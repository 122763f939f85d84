"""Which page? 设置 of the three administrators: people and roles, accounts and units, the journal. No rows of the city.

Security administrator: grant and end memberships. System administrator: accounts, units. Audit administrator: the
journal, read only. Everybody else is refused, and the attempt is journaled.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import access, actions, clock, journal
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Membership, Person
from citywright.kernel.words import Role
from citywright.ui.attempts import tried
from citywright.ui.tables import Listing

from . import registers
from .forms import AccountForm, EndForm, GrantForm, UnitForm

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
#: Bytes of chance in a password that the program makes.
CHANCE = 12


def administrator(request: HttpRequest, *roles: Role) -> Person:
    """The reader, who holds one of the roles."""
    by = cast(Person, request.user)
    access.require(by, *roles)
    return by


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """设置: each administrator's own first page."""
    by = administrator(request, SYSTEM, SECURITY, AUDIT)
    return redirect("people" if access.roles(by) & {SYSTEM, SECURITY} else "journal")


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account, with which posts."""
    by = administrator(request, SYSTEM, SECURITY)
    listing = Listing(request, registers.people(by), registers.PEOPLE, name="people", filters=registers.PEOPLE_FILTERS,
                      order=("full_name", "pk"), unit="人")
    return render(request, "portal/people.html", {"list": listing, "q": request.GET.get("q", ""),
                                                  "may_open": access.holds(by, SYSTEM)})


@dataclass
class Desk:
    """One person as an administrator sees them: the forms, what was refused, the password to be handed over."""

    request: HttpRequest
    by: Person
    one: Person
    grant: Form
    end: Form
    refusal: Refusal | None = None
    password: str = ""
    acts: dict[str, tuple[Callable[[], Any], str]] = field(init=False)

    def __post_init__(self) -> None:
        self.acts = {
            "grant": (lambda: actions.grant(person=self.one, by=self.by, at=clock.now(), **self.grant.cleaned_data),
                      "已授权"),
            "end": (self._end, "授权已终止"),
            "close": (lambda: actions.close_account(person=self.one, by=self.by, at=clock.now()), "账号已停用"),
            "reopen": (lambda: actions.reopen_account(person=self.one, by=self.by, at=clock.now()), "账号已恢复"),
            "reset": (self._reset, "密码已重置"),
        }

    def _end(self) -> Membership:
        held = next((m for m in registers.memberships(self.one) if m.pk == self.end.cleaned_data["membership"]), None)
        if held is None:
            raise CannotReach("没有这项授权，或您无权办理")
        return actions.end_membership(membership=held, on=self.end.cleaned_data["on"], by=self.by, at=clock.now())

    def _reset(self) -> None:
        made = secrets.token_urlsafe(CHANCE)
        actions.reset_password(person=self.one, password=made, by=self.by, at=clock.now())
        self.password = made

    def done(self, verb: str) -> bool:
        """Whether the act was done; a refusal is kept to be shown."""
        forms = {"grant": self.grant, "end": self.end}
        if verb in forms and not forms[verb].is_valid():
            return False
        act, said = self.acts[verb]
        try:
            act()
        except CannotReach:
            raise
        except Refusal as refused:
            self.refusal = refused
            return False
        messages.success(self.request, _(said))
        return True


@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: int) -> HttpResponse:
    """One person: posts granted and ended by the security, the account kept by the system administrator."""
    by = administrator(request, SYSTEM, SECURITY)
    one, verb, today = registers.person(by, key), request.POST.get("act", ""), clock.day_of(clock.now())
    grant = GrantForm(request.POST if verb == "grant" else None, initial={"valid_from": today},
                      areas=registers.areas(by), units=registers.units(by).order_by("area__path", "position", "code"))
    desk = Desk(request, by, one, grant, EndForm(request.POST if verb == "end" else None))
    if request.method == "POST" and verb not in desk.acts:
        return HttpResponseBadRequest()
    done = request.method == "POST" and desk.done(verb)
    if done and not desk.password:
        return redirect("person", key=key)
    return render(request, "portal/person.html", {
        "one": one, "desk": desk, "held": registers.memberships(one), "today": today,
        "may_grant": access.holds(by, SECURITY), "may_keep": access.holds(by, SYSTEM) and by.pk != one.pk},
        status=409 if desk.refusal else 422 if request.method == "POST" and not done else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """开户: the password is made here, shown once, and told to the person."""
    by = administrator(request, SYSTEM)
    form, refusal = AccountForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        made = secrets.token_urlsafe(CHANCE)
        try:
            opened = actions.open_account(password=made, by=by, at=clock.now(), **form.cleaned_data)
        except Refusal as refused:
            refusal = refused
        else:
            return render(request, "portal/person_new.html", {"opened": opened, "password": made})
    return render(request, "portal/person_new.html", {"form": form, "refusal": refusal},
                  status=409 if refusal else 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def units(request: HttpRequest) -> HttpResponse:
    """单位: those there are, and a form for one more."""
    by = administrator(request, SYSTEM)
    form, refusal = UnitForm(request.POST or None, areas=registers.areas(by)), None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.found_organisation(by=by, at=clock.now(), **form.cleaned_data))[1]
        if refusal is None:
            messages.success(request, _("已设立单位"))
            return redirect("units")
    listing = Listing(request, registers.units(by), registers.UNITS, name="units",
                      order=("area__path", "position", "code"), unit="个")
    return render(request, "portal/units.html", {"list": listing, "form": form, "refusal": refusal},
                  status=409 if refusal else 422 if request.method == "POST" else 200)


@require_safe
def journal_lines(request: HttpRequest) -> HttpResponse:
    """日志: who did what, when, to what; read only."""
    by = administrator(request, AUDIT)
    listing = Listing(request, registers.journal(by), registers.JOURNAL, name="journal",
                      filters=registers.JOURNAL_FILTERS, order=("-number",), unit="条")
    return render(request, "portal/journal.html", {
        "list": listing, "asked": request.GET, "verbs": listing.asked("verb"), "head": registers.head()})


@require_POST
def journal_check(request: HttpRequest) -> HttpResponse:
    """Whether every line follows from the one before, from the first to the last."""
    administrator(request, AUDIT)
    broken = journal.first_broken()
    if broken is None:
        messages.success(request, _("日志链完整"))
    else:
        messages.error(request, _("日志链在第 %(number)s 条断开，请立即保全现场并报告") % {"number": broken})
    return redirect("journal")
