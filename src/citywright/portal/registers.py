"""What can the three administrators ask? People with their memberships, units, the journal; no rows of the city.

Each administrator sees what lies in the areas of the own membership. Somebody without any post is seen by all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext

from citywright.kernel import access
from citywright.kernel.clock import CITY
from citywright.kernel.errors import CannotReach
from citywright.kernel.http import say
from citywright.kernel.models import Area, JournalEntry, JournalHead, Membership, Organisation, Person
from citywright.kernel.words import AreaLevel, Role
from citywright.projects.queries import history
from citywright.ui.tables import Column, Filter
from citywright.ui.templatetags.ui import NONE, iso

from .verbs import VERB_LABELS

#: Signs of a line's digest that are shown; the whole stands under the content.
SHORT = 8


# --- people and units

def paths(by: Any, roles: Iterable[Role]) -> list[str]:
    """The paths of the areas in which a person holds one of the roles."""
    return sorted({m.area.path for m in access.memberships(by) if m.role in set(roles)})


def inside(areas: Iterable[str], column: str) -> Q:
    """Rows whose path starts with one of these; none without any."""
    wanted = Q(pk__in=[])
    for path in areas:
        wanted |= Q(**{f"{column}__startswith": path})
    return wanted


PEOPLE_OF = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


def people(by: Any) -> QuerySet[Person]:
    """The people with an open membership in the administrator's areas, and those without any; memberships with them."""
    held = Membership.objects.filter(valid_to__isnull=True)
    within = held.filter(inside(paths(by, PEOPLE_OF), "area__path"), person=OuterRef("pk"))
    return Person.objects.filter(Exists(within) | ~Exists(held.filter(person=OuterRef("pk")))).prefetch_related(
        Prefetch("memberships", held.select_related("organisation", "area").order_by("pk"), to_attr="posts_held"))


def person(by: Any, key: int) -> Person:
    """The person with this key; refused the same way whether hidden or not there."""
    found = people(by).filter(pk=key).first()
    if found is None:
        raise CannotReach("没有这个人，或您无权查看")
    return found


def memberships(one: Person) -> list[Membership]:
    """Every membership of a person, open ones first, the latest first."""
    found = list(Membership.objects.filter(person=one).select_related("organisation", "area").order_by("-valid_from"))
    return sorted(found, key=lambda m: m.valid_to is not None)


def units(by: Any) -> QuerySet[Organisation]:
    """The units in the administrator's areas, with how many people hold a post there."""
    posts = Count("memberships__person", filter=Q(memberships__valid_to__isnull=True), distinct=True)
    return Organisation.objects.filter(inside(paths(by, PEOPLE_OF), "area__path")).select_related(
        "area").annotate(people=posts)


def areas(by: Any) -> QuerySet[Area]:
    """The areas one may grant or found in: the own ones and those below, without communities."""
    return Area.objects.filter(inside(paths(by, PEOPLE_OF), "path")).exclude(level=AreaLevel.COMMUNITY)


def named(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    """Those whose name, sign-in name, telephone or unit holds every one of the words."""
    for word in values:
        posts = Membership.objects.filter(person=OuterRef("pk"), valid_to__isnull=True)
        at_unit = posts.filter(Q(organisation__short_name__icontains=word) | Q(organisation__name__icontains=word))
        rows = rows.filter(Q(full_name__icontains=word) | Q(username__icontains=word) | Q(phone__icontains=word)
                           | Exists(at_unit))
    return rows


def of_role(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    held = Membership.objects.filter(person=OuterRef("pk"), valid_to__isnull=True, role__in=values)
    return rows.filter(Exists(held))


def of_state(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    """正常, 停用 or 无岗位."""
    held = Membership.objects.filter(person=OuterRef("pk"), valid_to__isnull=True)
    rules = {"active": Q(is_active=True), "closed": Q(is_active=False), "idle": Q(~Exists(held))}
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= rules.get(value, Q(pk__in=[]))
    return rows.filter(wanted)


STATES = (("active", "正常"), ("closed", "已停用"), ("idle", "无岗位"))
PEOPLE_FILTERS = (Filter("q", "搜索", named, offered=False), Filter("role", "岗位", of_role, Role.choices()),
                  Filter("state", "状态", of_state, STATES))


def posts(row: Any) -> str:
    """Unit and role of each open membership."""
    told = [f"{m.organisation.short_name} {gettext(Role(m.role).zh)}" for m in row.posts_held]
    return gettext("；").join(told) or gettext("无岗位")


def state(row: Person) -> str:
    return gettext("正常") if row.is_active else format_html('<span class="neg">{}</span>', gettext("已停用"))


def linked(row: Person) -> str:
    name = row.full_name or row.username
    return format_html('<a class="nm" href="{}">{}</a>', reverse("person", args=[row.pk]), name)


PEOPLE = (
    Column("name", "姓名", linked, width=120, sort="full_name", always=True),
    Column("username", "登录名", lambda row: row.username, width=170, css="mut", sort="username"),
    Column("posts", "岗位", posts),
    Column("phone", "电话", lambda row: row.phone or NONE, width=140),
    Column("last", "最近登录", lambda row: iso(row.last_login), width=100, css="num", sort="last_login"),
    Column("state", "状态", state, width=80, css="num", sort="is_active"),
)
UNITS = (
    Column("name", "单位", lambda row: row.name, sort="name", always=True),
    Column("short", "简称", lambda row: row.short_name, width=150, sort="short_name"),
    Column("code", "单位代码", lambda row: row.code, width=150, css="mut", sort="code"),
    Column("area", "区划", lambda row: row.area.name, width=130, sort="area__path"),
    Column("people", "在岗人数", lambda row: row.people, width=80, css="num", sort="people"),
)


# --- the journal

def journal(by: Any) -> QuerySet[JournalEntry]:
    """The lines of the audit administrator's areas, and those of no area (signing in, settings)."""
    wanted = Q(area_path="") | inside(paths(by, [Role.AUDIT_ADMIN]), "area_path")
    return JournalEntry.objects.filter(wanted).select_related("by", "unit")


def head() -> JournalHead | None:
    """The end of the chain."""
    return JournalHead.objects.filter(pk=1).first()


def by_whom(rows: QuerySet[JournalEntry], values: list[str]) -> QuerySet[JournalEntry]:
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= Q(by__username__icontains=value) | Q(by__full_name__icontains=value)
    return rows.filter(wanted)


def since(rows: QuerySet[JournalEntry], values: list[str]) -> QuerySet[JournalEntry]:
    day = day_of(values[0])
    return rows.filter(at__gte=midnight(day)) if day else rows.none()


def until(rows: QuerySet[JournalEntry], values: list[str]) -> QuerySet[JournalEntry]:
    day = day_of(values[0])
    return rows.filter(at__lt=midnight(day + timedelta(days=1))) if day else rows.none()


def about(rows: QuerySet[JournalEntry], values: list[str]) -> QuerySet[JournalEntry]:
    """Lines about a row by its name in the journal, or that hold the code of a project."""
    wanted = Q(pk__in=[])
    for value in values:
        wanted |= Q(subject__icontains=value) | Q(data__code=value)
    return rows.filter(wanted)


def day_of(text: str) -> date | None:
    """The day of a filter, None when it is none; the last day of all has no day after it and is none either."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return None if day == date.max else day


def midnight(day: date) -> datetime:
    """The first moment of a day of the city."""
    return datetime.combine(day, time(), CITY)


JOURNAL_FILTERS = (
    Filter("who", "人员", by_whom, offered=False),
    Filter("verb", "动作", lambda rows, values: rows.filter(verb__in=values), tuple(VERB_LABELS.items())),
    Filter("about", "对象", about, offered=False), Filter("from", "自", since, offered=False),
    Filter("to", "至", until, offered=False),
)


def who(row: JournalEntry) -> str:
    return f"{row.by.full_name} {row.by.username}" if row.by else gettext("系统")


def content(row: JournalEntry) -> str:
    """The line as a sentence, with everything it holds underneath."""
    line = history.line_of(row).said
    text = say(line) if line.text != history.OTHERWISE else summary(row)
    whole = json.dumps(row.data, ensure_ascii=False, indent=1)
    return format_html('<details><summary>{}</summary><pre style="white-space:pre-wrap;word-break:break-all">{}\n{} {}'
                       "</pre></details>", text or NONE, whole, gettext("校验值"), row.digest)


def summary(row: JournalEntry) -> str:
    """The plain values of a line, in their order."""
    return gettext("；").join(str(value) for value in row.data.values() if isinstance(value, str | int) and value != "")


JOURNAL = (
    Column("number", "序号", lambda row: row.number, width=64, css="num", always=True),
    Column("at", "时间", lambda row: f"{row.at.astimezone(CITY):%Y-%m-%d %H:%M:%S}", width=144),
    Column("who", "人员", who, width=150),
    Column("unit", "单位", lambda row: row.unit.short_name if row.unit else NONE, width=110),
    Column("verb", "动作", lambda row: gettext(VERB_LABELS.get(row.verb, row.verb)), width=110),
    Column("content", "内容", content, width=340, css="wrap"),
    Column("subject", "对象", lambda row: row.subject or NONE, width=150, css="mut"),
    Column("digest", "校验值", lambda row: row.digest[:SHORT], width=78, css="mut"),
)
