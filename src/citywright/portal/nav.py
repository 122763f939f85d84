"""The frame round every page: navigation by work, area and month in force, messages, who I am.

Everything is worked out when a page asks for it; the frame of a page costs at most three queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.http import Standing, standing
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS, AreaLevel, Role
from citywright.projects.models import Project
from citywright.ui.templatetags.ui import t

WORKING = frozenset(Role) - THREE_ADMINISTRATORS
MONTHS_AROUND = 12


@dataclass(frozen=True)
class Place:
    """One line of the navigation: word, page, who uses it; `part` stands indented under the one before it."""

    label: str
    page: str
    roles: frozenset[Role] = WORKING
    part: bool = False
    apart: bool = False


#: Only what exists; a new package adds its line here, in the order of the work.
PLACES = (
    Place("今日", "home"),
    Place("项目", "projects:list"),
    Place("月报", "projects:month", part=True),
    Place("红黄灯", "projects:lamp_board", part=True),
    Place("台账", "projects:ledger", part=True, roles=frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.CITY})),
    Place("通报", "projects:bulletin", part=True),
)


@dataclass(frozen=True)
class Item:
    """A line as it is shown."""

    label: str
    href: str
    here: bool
    part: bool
    apart: bool
    count: int | None = None


@dataclass(frozen=True)
class Choice:
    """An area or a month that can be put in force."""

    name: str
    href: str
    here: bool
    period: date | None = None


class Frame:
    """What the frame shows for one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def standing(self) -> Standing | None:
        """Area and month in force, or None for somebody without a working post."""
        if not self.request.user.is_authenticated:
            return None
        try:
            return standing(self.request)
        except Refusal:
            return None

    @cached_property
    def nav(self) -> list[Item]:
        """The places that the person's roles can use; the deepest one that holds this address is marked."""
        held = access.roles(self.request.user)
        shown = [(place, href) for place in PLACES if held & place.roles and (href := _address(place.page))]
        path = self.request.path
        fitting = [href for _, href in shown if path == href or (href != "/" and path.startswith(href))]
        here = max(fitting, key=len, default="")
        return [Item(place.label, href, href == here, place.part, place.apart) for place, href in shown]

    @cached_property
    def areas(self) -> list[Choice]:
        """Counties and zones within reach that have projects, and the areas of my own memberships."""
        now = self.standing
        if now is None:
            return []
        held = access.memberships(self.request.user)
        own = {m.area_id for m in held if m.role in WORKING}
        within = Q()
        for path in {m.area.path for m in held if m.role in WORKING}:
            within |= Q(path__startswith=path)
        below = Project.objects.filter(area__path__startswith=OuterRef("path"))
        levels = (AreaLevel.COUNTY, AreaLevel.ZONE)
        rows = Area.objects.filter(within).filter(Q(pk__in=own) | Q(level__in=levels) & Exists(below))
        return [Choice(a.name, self._with(area=a.code), a.code == now.area.code) for a in rows]

    @cached_property
    def months(self) -> list[Choice]:
        """The months a year around today, latest first."""
        now = self.standing
        if now is None:
            return []
        middle = periods.first_of(now.today)
        around = periods.between(periods.shifted(middle, -MONTHS_AROUND), periods.shifted(middle, MONTHS_AROUND))
        return [Choice("", self._with(month=periods.label(p)), p == now.period, p) for p in reversed(around)]

    def _with(self, **given: str) -> str:
        """This page's address with another area or month."""
        query = self.request.GET.copy()
        query.pop("page", None)
        for key, value in given.items():
            query[key] = value
        return f"?{query.urlencode()}"

    @cached_property
    def sample(self) -> bool:
        """Whether what is shown is invented: the person, or the home, is a sample."""
        return bool(getattr(self.request.user, "is_sample", False))

    @property
    def moment(self) -> str:
        now = clock.now()
        return f"{clock.day_of(now).isoformat()} {now.astimezone(clock.CITY):%H:%M}"

    @cached_property
    def posts(self) -> list[str]:
        """Unit and role of each membership."""
        return [f"{m.organisation.short_name} {t(Role(m.role))}" for m in access.memberships(self.request.user)]

    @cached_property
    def me(self) -> str:
        """The first of my posts, or my name."""
        return self.posts[0] if self.posts else str(self.request.user)

    @property
    def asked(self) -> str:
        return self.request.GET.get("q", "") if self.request.path == self.search_href else ""

    @property
    def search_href(self) -> str:
        return _address("search")

    @property
    def language_href(self) -> str:
        return _address("language")


def _address(page: str) -> str:
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame needs, as the template variable `frame`."""
    return {"frame": Frame(request)}
