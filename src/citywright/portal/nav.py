"""The frame round every page: navigation by work, area and month in force, messages, who I am.

Everything is worked out when a page asks for it; the frame of a page costs at most three queries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from citywright.kernel import access, clock, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.http import Standing, standing
from citywright.kernel.models import Area
from citywright.kernel.words import THREE_ADMINISTRATORS, UNIT_ROLES, AreaLevel, Role
from citywright.projects.models import Project, ReportingMonth
from citywright.projects.queries import months
from citywright.ui.templatetags.ui import moment, t

from . import queries

WORKING = frozenset(Role) - THREE_ADMINISTRATORS
MONTHS_AROUND = 12
LEVELS = (AreaLevel.COUNTY, AreaLevel.ZONE)


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
    Place("核验", "projects:gate_waiting", part=True, roles=frozenset({Role.VERIFIER})),
    Place("问题", "projects:problems", part=True),
    Place("清单", "projects:lists", part=True),
    Place("计划", "projects:year_plan", part=True),
    Place("储备", "projects:reserve", part=True),
    Place("专项行动", "projects:campaigns", part=True),
    Place("观摩", "projects:observations", part=True),
    Place("台账", "projects:ledger", part=True, roles=frozenset({Role.CLERK, Role.REVIEWER, Role.OFFICE, Role.CITY})),
    Place("通报", "projects:bulletin", part=True, roles=WORKING - UNIT_ROLES),
    Place("审批", "approvals:dossiers"),
    Place("窗口", "approvals:desk", part=True),
    Place("管家", "approvals:butler", part=True, roles=WORKING - {Role.LEADER}),
    Place("总览", "approvals:overview", part=True, roles=frozenset({Role.LEADER, Role.CITY})),
    Place("事项目录", "approvals:catalogue", part=True),
    Place("督办", "followup:tasks"),
    Place("会议", "followup:meetings", part=True),
    Place("督查文书", "followup:letters", part=True),
    Place("建议提案", "followup:proposals", part=True),
    Place("指标", "indicators:board"),
    Place("已公布数据", "indicators:published", part=True),
    Place("设置", "settings", roles=THREE_ADMINISTRATORS),
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
        shown = [(place, reverse(place.page)) for place in PLACES if held & place.roles]
        path = self.request.path
        fitting = [href for _, href in shown if path == href or (href != "/" and path.startswith(href))]
        here = max(fitting, key=len, default="")
        return [Item(place.label, href, href == here, place.part, place.apart) for place, href in shown]

    @cached_property
    def known_areas(self) -> list[tuple[Area, bool]]:
        """The areas that can be put in force (True), and the other parts of the one that is (False): one query."""
        now = self.standing
        if now is None:
            return []
        working = [m for m in access.memberships(self.request.user) if m.role in WORKING]
        within = Q()
        for path in {m.area.path for m in working}:
            within |= Q(path__startswith=path)
        projects = Exists(Project.objects.filter(area__path__startswith=OuterRef("path")))
        own = {m.area_id for m in working} | {now.area.pk}
        rows = Area.objects.filter(within).filter(Q(pk__in=own) | Q(parent=now.area) | Q(level__in=LEVELS) & projects)
        return [(area, area.pk in own or area.level in LEVELS and area.has_projects)
                for area in rows.annotate(has_projects=projects)]

    @cached_property
    def areas(self) -> list[Choice]:
        """The areas that can be put in force."""
        now = self.standing.area.pk if self.standing else None
        return [Choice(a.name, self._with(area=a.code), a.pk == now) for a, offered in self.known_areas if offered]

    @property
    def below(self) -> list[Area]:
        """The parts of the area in force."""
        return [a for a, _ in self.known_areas if self.standing and a.parent_id == self.standing.area.pk]

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
        return settings.SAMPLE_DAY is not None or bool(getattr(self.request.user, "is_sample", False))

    @cached_property
    def calendar(self) -> ReportingMonth | None:
        """The calendar of the month in force, or None when it was not opened: one query."""
        return months.calendar(self.standing.area, self.standing.period) if self.standing else None

    @property
    def month_href(self) -> str:
        """The page of the month."""
        return reverse("projects:month")

    @property
    def month_state(self) -> str:
        """Where the month stands, in words."""
        month = self.calendar
        if month is None:
            return ""
        if month.closed_at is not None:
            return gettext("月报已锁定")
        return gettext("月报进行中，%(moment)s 锁定") % {"moment": moment(month.lock_at)}

    @property
    def administers(self) -> bool:
        """Whether I am one of the three administrators and have no working post."""
        held = access.roles(self.request.user)
        return bool(held) and held <= THREE_ADMINISTRATORS

    @property
    def signs(self) -> bool:
        """Whether my roles sign for alerts."""
        return self.standing is not None and bool(access.roles(self.request.user) & queries.SIGNERS)

    @cached_property
    def messages(self) -> int | None:
        """How many alerts wait for my signature, or None when my roles sign none: one query."""
        if self.standing is None or not self.signs:
            return None
        return queries.alerts(self.request.user, self.standing).count()

    @property
    def moment(self) -> str:
        """Now, as the footer of a sample prints it."""
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
        """What stands in the search box."""
        return self.request.GET.get("q", "") if self.request.path == reverse("search") else ""


def frame_of(request: HttpRequest) -> Frame:
    """The frame of a request, one for the page and its template."""
    kept: Frame | None = getattr(request, "_frame", None)
    if kept is None:
        kept = Frame(request)
        request._frame = kept  # type: ignore[attr-defined]
    return kept


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame needs, as the template variable `frame`."""
    return {"frame": frame_of(request)}
