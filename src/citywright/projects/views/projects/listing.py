"""Page: the project list. The address says everything: filters, order, columns, grouping, unit of money, page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from html import escape
from itertools import count
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from citywright.kernel import access, periods
from citywright.kernel.http import standing
from citywright.kernel.words import Lamp, Role, Word
from citywright.ui.queries import saved_views
from citywright.ui.tables import Chip, Column, View
from citywright.ui.templatetags.ui import lamp

from ...forms import lists as forms
from ...models import ListIssue
from ...queries import issues, leaves, listing
from ...queries.listing import Filters, Listing, Sums
from ...queries.places import EDITORS
from ...rules.definitions import DEFINITIONS
from ...words import Dimension, Exit, ReportState, Stage, YearKind
from . import columns

NAME = "projects"
#: The tabs everybody has: name, and the filters they stand for.
TABS: tuple[tuple[str, Filters], ...] = (
    ("全部项目", Filters()),
    ("红黄灯", Filters(lamp=(Lamp.RED, Lamp.YELLOW))),
    ("应开工未开工", Filters(list="DUE")),
    ("应统未统", Filters(list="UNS")),
    ("我包联的", Filters(owner="me")),
    ("待核验", Filters(pending="1")),
)
LABELS = {"q": "包含", "unit": "责任单位", "category": "类别", "kind": "年度类型", "stage": "阶段", "lamp": "综合灯",
          "dlamp": "分项灯", "report": "月报", "list": "清单", "owner": "包联领导", "measure": "指标",
          "pending": "关口", "exit": "已离库"}
LIVE_LISTS = {"DUE": "应开工未开工", "UNS": "应统未统"}
PARTS = {"numerator": "分子", "denominator": "分母"}
GROUPS = {"category": "按类别分组", "unit": "按责任单位分组", "kind": "按年度类型分组", "none": "不分组"}


class ListPage:
    """What the template of the list asks for, worked out once for a request."""

    name = NAME

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.query = request, request.GET
        where = standing(request)
        self.as_of = min(periods.last_of(where.period), where.today)
        self.ask = leaves.asked(request.user, where, self.as_of)
        self.run = self.ask.run
        self.filters = forms.filters_of(self.query)
        self.group = self.query.get("group", "category")
        self.listing = Listing(self.ask, self.filters, self.query.get("sort", "hurt"), self.group,
                               forms.number_of(self.query))
        self.whole = Listing(self.ask, Filters()) if self.filters.exit else self.listing

    # --- tabs, chips and menus

    @cached_property
    def tabs(self) -> list[tuple[View, bool]]:
        """The views everybody has, then the saved ones; each with its count where one pass can tell."""
        made = []
        for name, filters in TABS:
            view = View(_(name), forms.written(asdict(filters)), self.whole.count(filters))
            made.append((view, filters == self.filters))
        for view in saved_views(self.request.user, NAME):  # type: ignore[arg-type]
            filters = forms.filters_of(QueryDict(view.query))
            made.append((replace(view, count=self.whole.count(filters)), view.query == self.query.urlencode()))
        return made

    @property
    def count(self) -> int:
        return self.listing.sums.count

    @property
    def in_force(self) -> bool:
        return bool(self.filters)

    @property
    def cleared(self) -> str:
        return forms.address(self.query, without=forms.FILTERS)

    @cached_property
    def chips(self) -> list[Chip]:
        """Every filter in force, and those offered with their choices."""
        found = [self._chip(key, pairs) for key, pairs in self._offered().items()]
        return found + [Chip(key, _(LABELS[key]), words, forms.address(self.query, without=gone))
                        for key, gone, words in self._others()]

    def _offered(self) -> dict[str, list[tuple[str, str]]]:
        rows = self.whole.every
        categories = {row.category_position: (row.category_code, row.category) for row in rows}
        units = {row.unit_code: row.unit for row in rows}
        return {"lamp": pairs(Lamp), "kind": pairs(YearKind), "category": [categories[n] for n in sorted(categories)],
                "unit": sorted(units.items())}

    def _chip(self, key: str, choices: list[tuple[str, str]]) -> Chip:
        now = getattr(self.filters, key)
        words = _("、").join(word for code, word in choices if code in now)
        return Chip(key, _(LABELS[key]), words or _("、").join(now), forms.address(self.query, without=[key]),
                    menu=hidden(self.kept(key)) + boxes(key, choices, now))

    def _others(self) -> list[tuple[str, tuple[str, ...], str]]:
        """Filters in force that have no menu of their own: key, keys to leave out, words."""
        f = self.filters
        told: list[tuple[str, tuple[str, ...], str]] = [
            ("q", ("q",), f.q), ("stage", ("stage",), words_of(Stage, f.stage)),
            ("report", ("report",), words_of(ReportState, f.report)), ("exit", ("exit",), words_of(Exit, f.exit)),
            ("owner", ("owner",), _("我") if f.owner == "me" else f.owner), ("list", ("list",), self._list_name()),
            ("pending", ("pending",), _("待核验") if f.pending else ""),
        ]
        if f.dim in leaves.SEVEN and f.dlamp:
            told.append(("dlamp", ("dim", "dlamp"), f"{_(Dimension(f.dim).zh)} {words_of(Lamp, f.dlamp)}"))
        if f.measure:
            told.append(("measure", ("measure", "part"), self._measure_name()))
        return [each for each in told if each[2]]

    def _list_name(self) -> str:
        code = self.filters.list
        known = {issue.definition.code: issue.definition.name for issue in self.issues}
        return _(LIVE_LISTS[code]) if code in LIVE_LISTS else known.get(code, code)

    def _measure_name(self) -> str:
        found = DEFINITIONS.get(self.filters.measure)
        name = _(found.label) if found else self.filters.measure
        return f"{name} {_(PARTS.get(self.filters.part, ''))}" if found and found.denominator else name

    @cached_property
    def more(self) -> list[tuple[str, str, SafeString]]:
        """The filters behind + 筛选: key, label, options."""
        lists = list(LIVE_LISTS.items()) + [(i.definition.code, i.definition.name) for i in self.issues]
        dims = [(d.value, d.zh) for d in Dimension if d is not Dimension.OVERALL]
        choices = {"stage": pairs(Stage), "report": pairs(ReportState), "list": translated(dict(lists).items()),
                   "dim": translated(dims), "dlamp": pairs(Lamp), "exit": pairs(Exit)}
        labels = LABELS | {"dim": "分项", "dlamp": "灯色"}
        return [(key, _(labels[key]), options(each, getattr(self.filters, key))) for key, each in choices.items()]

    @property
    def groups(self) -> list[tuple[str, str, bool]]:
        return [(forms.address(self.query, group=key), _(word), key == self.group) for key, word in GROUPS.items()]

    @property
    def group_name(self) -> str:
        return _(GROUPS.get(self.group, GROUPS["none"]))

    @property
    def column_choices(self) -> list[tuple[str, str, bool, bool]]:
        """Key, label, chosen and always, chosen ones first in their order."""
        names = {"bar": _("进度条"), "rate": _("完成率"), "pace": _("与时序比")} | {
            c.key: c.label for c in self.chosen if c.key in ("done", *leaves.SEVEN)}
        rest = [c for c in columns.columns(self.look) if c.key not in {each.key for each in self.chosen}]
        return [(c.key, names.get(c.key) or _(c.label), c in self.chosen, c.always) for c in (*self.chosen, *rest)]

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Pairs for hidden inputs of a form that sets some keys and keeps the others."""
        return [(key, value) for key, values in self.query.lists() for value in values
                if key not in {"page", *without}]

    @cached_property
    def hidden(self) -> dict[str, SafeString]:
        """Hidden inputs for the forms of columns and of + 筛选: what each keeps."""
        return {"cols": hidden(self.kept("cols", "in")),
                "more": hidden(self.kept("q", "owner", *(key for key, _label, _choices in self.more)))}

    # --- the table

    @cached_property
    def look(self) -> columns.Look:
        rows = self.listing.shown
        return columns.Look(self.ask.standing.period, self.query.get("in") == "yi", columns.scale_of(rows),
                            listing.physical(self.ask, rows) if rows else {})

    @cached_property
    def chosen(self) -> list[Column]:
        return columns.chosen(columns.columns(self.look), forms.values(self.query, "cols"))

    @property
    def money_unit(self) -> str:
        return _("亿元") if self.look.in_yi else _("万元")

    @cached_property
    def colgroup(self) -> SafeString:
        sums = vars(self.listing.sums)
        widths = "".join(f'<col style="width:{columns.width(c, sums)}px">' if c.width else "<col>" for c in self.chosen)
        return mark_safe(f'<col style="width:22px"><col style="width:28px">{widths}')

    @cached_property
    def head(self) -> SafeString:
        first = f'<th><span class="sr">{_("选择")}</span></th><th class="num">{_("序号")}</th>'
        return mark_safe(columns.upper(self.chosen) + "<tr>" + first + "".join(map(self._head, self.chosen)) + "</tr>")

    def _head(self, column: Column) -> str:
        if column.key == "bar":
            return f'<th class="k-bar">0<span class="k-scale">{self.look.scale * 100:.0f}%</span></th>'
        label = column.label if column.key in ("done", *leaves.SEVEN) else _(column.label)
        if not column.sort:
            return f'<th scope="col" class="{column.css}">{label}</th>'
        key, now = str(column.sort), self.query.get("sort", "hurt")
        first = "hurt" if key == "hurt" else f"-{key}" if column.total or key == "rate" else key
        other = key if first.startswith("-") else f"-{key}"
        arrow, aria = {key: ("↑", "ascending"), f"-{key}": ("↓", "descending")}.get(now, ("", ""))
        if now == "hurt" == key:
            arrow = "↓"
        told = f' aria-sort="{aria}"' if aria else ""
        to = escape(forms.address(self.query, sort=other if now == first else first))
        css = "so" if arrow else ""
        return f'<th scope="col" class="{column.css}"{told}><a class="{css}" href="{to}">{label}{arrow}</a></th>'

    @cached_property
    def body(self) -> SafeString:
        """The rows of this page, under the 小计 of their groups; a group without rows on this page is summed too."""
        number = count((self.listing.page - 1) * listing.PAGE + 1)
        cells = [(columns.opening(column), column.cell) for column in self.chosen]
        made: list[str] = []
        for group in self.listing.groups or [Sums(rows=self.listing.shown)]:
            if group.count:
                made.append(columns.sum_row(group, self._group_title(group), self.chosen, ' class="grp"',
                                            self._lamps(group)))
            made += [columns.body_row(row, next(number), cells) for row in group.rows]
        return mark_safe("".join(made))

    def _group_title(self, group: Sums) -> str:
        words = _("%(name)s 小计　%(count)s 个") % {"name": _(group.name), "count": group.count}
        if self.group not in forms.FILTERS or not group.code:
            return escape(words)
        to = forms.address(self.query, **{self.group: group.code})
        return f'<a class="nm" href="{escape(to)}">{escape(words)}</a>'

    def _lamps(self, sums: Sums, scoped: bool = True) -> str:
        """Red and yellow counts, each a link to its rows."""
        given = {self.group: sums.code} if scoped and self.group in forms.FILTERS and sums.code else {}
        return "".join(
            f'<a href="{escape(forms.address(self.query, lamp=code, **given))}">{lamp(code, count=f" {count}")}</a>'
            for code, count in ((Lamp.RED, sums.red), (Lamp.YELLOW, sums.yellow)) if count)

    @cached_property
    def foot(self) -> SafeString:
        """筛选合计 over all rows the filters leave."""
        sums = self.listing.sums
        title = escape(_("筛选合计　%(count)s 个") % {"count": sums.count})
        return mark_safe(columns.sum_row(sums, title, self.chosen, "", self._lamps(sums, scoped=False)))

    @property
    def span(self) -> dict[str, Any]:
        """显示 first–last，共 count, with the addresses of the pages before and after."""
        page, pages, count = self.listing.page, self.listing.pages, self.count
        first = (page - 1) * listing.PAGE
        return {"first": min(first + 1, count), "last": min(first + listing.PAGE, count), "count": count, "page": page,
                "pages": pages,
                "before": forms.address(self.query) + f"&page={page - 1}" if page > 1 else "",
                "after": forms.address(self.query) + f"&page={page + 1}" if page < pages else ""}

    # --- what stands round the table

    @cached_property
    def issues(self) -> list[ListIssue]:
        """The issued lists of the area and year, the latest batch of each first."""
        where = self.ask.standing
        return list(issues.issues(where.area, where.period.year))

    @property
    def issue(self) -> ListIssue | None:
        """The list in force: the one filtered by, else the area's key list."""
        wanted = issues.KEY_LIST if self.filters.list in LIVE_LISTS else self.filters.list or issues.KEY_LIST
        return next((issue for issue in self.issues if issue.definition.code == wanted), None)

    @property
    def difference_href(self) -> str:
        return reverse("projects:difference", args=[self.issue.pk]) if self.issue else ""

    @property
    def acts(self) -> list[tuple[str, str]]:
        """What can be done with the picked rows: address and word."""
        if not access.holds(self.request.user, Role.OFFICE, area=self.ask.standing.area):
            return []
        return [(reverse("projects:enter"), _("列入清单"))]

    @property
    def define_href(self) -> str:
        """Where the filters in force become a list of the office's own; "" without filters or right."""
        return f"{reverse('projects:list_define')}?{forms.written(asdict(self.filters))}" if (
            self.acts and self.in_force) else ""

    @property
    def export_href(self) -> str:
        return reverse("projects:export") + forms.address(self.query)

    @property
    def adopt_href(self) -> str:
        return reverse("projects:adopt") if access.roles(self.request.user) & EDITORS else ""

    @property
    def rule_words(self) -> str:
        """The lamp rules in force, by name and version."""
        return f"{_(self.run.rule_set.name)} {self.run.rule_set.version}" if self.run else ""


def hidden(kept: Sequence[tuple[str, str]]) -> SafeString:
    """Pairs as hidden inputs."""
    return mark_safe("".join(f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
                             for key, value in kept))


def boxes(key: str, choices: Sequence[tuple[str, str]], now: Sequence[str]) -> SafeString:
    """A line with a box for each choice."""
    return mark_safe("".join(
        f'<label class="it"><span>{escape(word)}</span><input type="checkbox" name="{key}" value="{escape(code)}"'
        f'{" checked" if code in now else ""}></label>' for code, word in choices))


def options(choices: Sequence[tuple[str, str]], now: Sequence[str] | str) -> SafeString:
    """The options of a select; the first asks for nothing."""
    codes = (now,) if isinstance(now, str) else now
    told = "".join(f'<option value="{escape(code)}"{" selected" if code in codes else ""}>{escape(word)}</option>'
                   for code, word in choices)
    return mark_safe(f'<option value="">{_("全部")}</option>{told}')


def pairs(word: type[Word]) -> list[tuple[str, str]]:
    """Codes and translated labels of a kind of words."""
    return [(member.value, _(member.zh)) for member in word]


def translated(some: Any) -> list[tuple[str, str]]:
    return [(code, _(label)) for code, label in some]


def words_of(word: type[Word], codes: Sequence[str]) -> str:
    """The labels of codes in force; an unknown code stays as it was typed."""
    labels = dict(pairs(word))
    return _("、").join(labels.get(code, code) for code in codes)


def difference(request: HttpRequest, key: int) -> HttpResponse:
    """看差异: what a batch of a list added, removed and changed, with reasons; only for people with a working post."""
    standing(request)
    found = issues.difference(request.user, issues.issue(request.user, key))
    return render(request, "projects/difference.html", {"difference": found})


def project_list(request: HttpRequest) -> HttpResponse:
    """项目: the list, filtered, sorted, grouped and summed as the address says."""
    return render(request, "projects/list.html", {"list": ListPage(request)})
