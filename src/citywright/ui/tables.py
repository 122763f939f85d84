"""Which list? Columns, filters, order, sums, groups and pages of a list, all kept in the address.

A page says what its columns and filters are and hands in a queryset; `Listing` reads the address and answers with
ready pieces for the template `ui/list.html`. Cells are plain functions from row to text, so that long lists stay cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, QueryDict
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

Cell = Callable[[Any], Any]
Narrow = Callable[[QuerySet[Any], list[str]], QuerySet[Any]]
Pairs = Sequence[tuple[str, str]]
#: Pixels that a column without a width of its own needs at least.
UNSIZED = 200


@dataclass(frozen=True)
class Column:
    """One column. `label` is Chinese; `cell` gives text (escaped) or a safe string; `css` is num, c or wrap.

    `sort` is a field or an expression; `total` makes the cell of sums and groups from the aggregates; `over` is the
    head above neighbouring columns; `always` cannot be left out; `shown` false waits to be chosen.
    """

    key: str
    label: str
    cell: Cell
    width: int = 0
    css: str = ""
    sort: str | Combinable = ""
    total: Callable[[Mapping[str, Any]], Any] | None = None
    over: str = ""
    always: bool = False
    shown: bool = True


@dataclass(frozen=True)
class Filter:
    """One filter of the address. `choices` are pairs of value and label (or a function giving them, asked once).

    `narrow` gets the queryset and the values in force. Without choices it is a text in the address only.
    `offered` false shows the chip only while it is in force.
    """

    key: str
    label: str
    narrow: Narrow
    choices: Pairs | Callable[[], Pairs] = ()
    offered: bool = True


@dataclass(frozen=True)
class Group:
    """A grouping with 小计: `fields` identify it, `title` reads the row's or the aggregate's values by field."""

    key: str
    label: str
    fields: tuple[str, ...]
    title: Callable[[Mapping[str, Any]], str]
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A tab over the list: name and the query it stands for; `saved` is the row to delete, when it is one's own."""

    name: str
    query: str
    count: int | None = None
    saved: int | None = None


@dataclass(frozen=True)
class Chip:
    """A filter as it is shown: its values in force in words, the address without it, its choices with their state.

    A page that draws the menu itself hands it over as `menu` instead of choices.
    """

    key: str
    label: str
    words: str
    without: str
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    menu: SafeString = SafeString("")


@dataclass(frozen=True)
class Span:
    """Which rows are shown: 显示 first–last，共 count; addresses of the pages before and after."""

    first: int
    last: int
    count: int
    before: str
    after: str


class Listing:
    """A list for one request. Costs two queries (sums with count, rows), one more when grouped."""

    def __init__(self, request: HttpRequest, queryset: QuerySet[Any], columns: Sequence[Column], *, name: str,
                 filters: Sequence[Filter] = (), sums: Mapping[str, Any] | None = None, groups: Sequence[Group] = (),
                 order: Sequence[Any] = ("pk",), per_page: int = 50, unit: str = "个", pick: bool = False,
                 views: Sequence[View] = (), row_css: Cell | None = None,
                 enrich: Callable[[list[Any]], None] | None = None) -> None:
        self.request, self.name, self.unit, self.pick = request, name, unit, pick
        self.columns, self.filters, self.groups, self.views = columns, filters, groups, views
        self.order, self.per_page, self.row_css, self.enrich = order, per_page, row_css, enrich
        self.aggregates = {"count": Count("pk"), **(sums or {})}
        self.queryset = queryset

    # --- what the address asks for

    def asked(self, key: str) -> list[str]:
        """The values of a key in the address, repeated or parted by commas; empty ones and signs of NUL left out."""
        return [part for value in self.request.GET.getlist(key) for part in value.replace("\0", "").split(",") if part]

    def address(self, without: Iterable[str] = (), **given: Any) -> str:
        """The address of this list with some keys left out and others set; the page number is always left out."""
        query: QueryDict = self.request.GET.copy()
        for key in ("page", *without):
            query.pop(key, None)
        for key, value in given.items():
            query[key] = str(value)
        return f"?{query.urlencode()}"

    @cached_property
    def chosen(self) -> list[Column]:
        """The columns in the order of `cols=`, else those shown by default; those that always stand come first."""
        known = {c.key: c for c in self.columns}
        wanted = [known[key] for key in dict.fromkeys(self.asked("cols")) if key in known]
        if not wanted:
            return [c for c in self.columns if c.shown or c.always]
        return [c for c in self.columns if c.always and c not in wanted] + wanted

    @cached_property
    def filtered(self) -> QuerySet[Any]:
        """The rows the filters leave, unordered: what sums count and exports write."""
        rows = self.queryset
        for rule in self.filters:
            values = self.asked(rule.key)
            if values:
                rows = rule.narrow(rows, values)
        return rows

    @cached_property
    def group(self) -> Group | None:
        wanted = self.request.GET.get("group", "")
        return next((g for g in self.groups if g.key == wanted), None)

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """The filtered rows in the order of the address, groups first, the given order last."""
        keys: list[Any] = list(self.group.order or self.group.fields) if self.group else []
        wanted = self.request.GET.get("sort", "")
        column = next((c for c in self.columns if c.key == wanted.lstrip("-") and c.sort), None)
        if column is not None:
            expression = F(column.sort) if isinstance(column.sort, str) else column.sort
            down = wanted.startswith("-")
            keys.append(expression.desc(nulls_last=True) if down else expression.asc(nulls_last=True))  # type: ignore[attr-defined]
        return self.filtered.order_by(*keys, *self.order)

    # --- the rows

    @cached_property
    def sums(self) -> dict[str, Any]:
        """Count and sums of all filtered rows, in one query."""
        return self.filtered.order_by().aggregate(**self.aggregates)

    @property
    def count(self) -> int:
        return int(self.sums["count"])

    @cached_property
    def number(self) -> int:
        """The page asked for, from 1; anything else is the first."""
        text = self.request.GET.get("page", "1")
        return min(int(text), 100_000) if text.isdecimal() and int(text) > 0 else 1

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of this page."""
        first = (self.number - 1) * self.per_page
        rows = list(self.ordered[first:first + self.per_page])
        if self.enrich is not None:
            self.enrich(rows)
        return rows

    @cached_property
    def span(self) -> Span:
        first = (self.number - 1) * self.per_page
        last = first + len(self.rows)
        before = self.address(page=self.number - 1) if self.number > 1 else ""
        after = self.address(page=self.number + 1) if last < self.count else ""
        return Span(first + 1 if self.rows else 0, last, self.count, before, after)

    @cached_property
    def subtotals(self) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Sums per group, keyed by the values of its fields, in one query."""
        if self.group is None:
            return {}
        found = self.filtered.order_by().values(*self.group.fields).annotate(
            **{f"sum_{key}": value for key, value in self.aggregates.items()})
        return {tuple(row[f] for f in self.group.fields):
                {**row, **{key: row[f"sum_{key}"] for key in self.aggregates}} for row in found}

    # --- ready pieces for the template

    @cached_property
    def chips(self) -> list[Chip]:
        """One chip per filter that is in force or offered."""
        made = []
        for rule in self.filters:
            now = self.asked(rule.key)
            if not now and not rule.offered:
                continue
            pairs = rule.choices() if callable(rule.choices) else rule.choices
            names = {value: gettext(label) if label else value for value, label in pairs}
            words = gettext("、").join(str(names.get(value, value)) for value in now)
            made.append(Chip(rule.key, gettext(rule.label), words, self.address(without=[rule.key]),
                             [(value, name, value in now) for value, name in names.items()]))
        return made

    @property
    def in_force(self) -> bool:
        return any(chip.words for chip in self.chips)

    @property
    def cleared(self) -> str:
        """The address with no filter in force."""
        return self.address(without=[rule.key for rule in self.filters])

    def kept(self, without: str) -> list[tuple[str, str]]:
        """Pairs for hidden inputs of a form that sets one key and keeps the others."""
        return [(key, value) for key, values in self.request.GET.lists() for value in values
                if key not in {without, "page"}]

    @cached_property
    def hidden(self) -> dict[str, SafeString]:
        """Hidden inputs per key, for the forms of filters, columns and groups."""
        keys = [rule.key for rule in self.filters] + ["cols", "group"]
        return {key: mark_safe("".join(format_html('<input type="hidden" name="{}" value="{}">', name, value)
                                       for name, value in self.kept(key))) for key in keys}

    @property
    def column_choices(self) -> list[tuple[str, str, bool, bool]]:
        """Key, label, chosen and always, chosen ones first in their order."""
        rest = [c for c in self.columns if c not in self.chosen]
        return [(c.key, gettext(c.label), c in self.chosen, c.always) for c in (*self.chosen, *rest)]

    @property
    def group_choices(self) -> list[tuple[str, str, bool]]:
        return [(self.address(group=g.key), gettext(g.label), g is self.group) for g in self.groups]

    @property
    def ungrouped(self) -> str:
        return self.address(without=["group"])

    @cached_property
    def tabs(self) -> list[tuple[View, bool]]:
        """The views, and which of them is what one looks at."""
        now = _bare(self.request.GET.urlencode())
        return [(view, _bare(view.query) == now) for view in self.views]

    @cached_property
    def colgroup(self) -> SafeString:
        cells = (['<col style="width:24px">'] if self.pick else []) + [
            f'<col style="width:{c.width}px">' if c.width else "<col>" for c in self.chosen]
        return mark_safe("<colgroup>" + "".join(cells) + "</colgroup>")

    @property
    def least(self) -> int:
        """Pixels below which the table scrolls instead of squeezing the columns that have no width of their own."""
        return sum(column.width or UNSIZED for column in self.chosen) + (24 if self.pick else 0)

    @cached_property
    def head(self) -> SafeString:
        """One head row, or two when columns share a head above them."""
        return mark_safe(self._upper() + "<tr>" + ("<td></td>" if self.pick else "")
                         + "".join(self._head_cell(c) for c in self.chosen) + "</tr>")

    def _upper(self) -> str:
        if not any(c.over for c in self.chosen):
            return ""
        cells = ["<td></td>"] if self.pick else []
        for over, columns in groupby(self.chosen, key=lambda c: c.over):
            width = len(list(columns))
            cells.append(format_html('<th colspan="{}" class="sp1">{}</th>', width, gettext(over)) if over
                         else f'<td colspan="{width}"></td>')
        return f'<tr class="hd1">{"".join(cells)}</tr>'

    def _head_cell(self, column: Column) -> str:
        label = gettext(column.label) if column.label else ""
        if not column.sort:
            return format_html('<th scope="col" class="{}">{}</th>', column.css, label)
        now = self.request.GET.get("sort", "")
        arrow, aria = {column.key: ("↑", "ascending"), f"-{column.key}": ("↓", "descending")}.get(now, ("", ""))
        first = f"-{column.key}" if "num" in column.css else column.key
        turned = {column.key: f"-{column.key}", f"-{column.key}": column.key}.get(now, first)
        sorted_by = mark_safe(f' aria-sort="{aria}"' if aria else "")
        return format_html('<th scope="col" class="{}"{}><a class="{}" href="{}">{}{}</a></th>', column.css, sorted_by,
                           "so" if aria else "", self.address(sort=turned), label, arrow)

    @cached_property
    def body(self) -> SafeString:
        """The rows of this page with a 小计 row before each group."""
        made: list[str] = []
        columns, group = self.chosen, self.group
        opening = [f'<td class="{c.css}">' if c.css else "<td>" for c in columns]
        cells = [c.cell for c in columns]
        last: tuple[Any, ...] | None = None
        for row in self.rows:
            if group is not None:
                now = tuple(_value(row, f) for f in group.fields)
                if now != last:
                    made.append(self._sum_row(self.subtotals.get(now, {}), group.title, "grp"))
                    last = now
            css = self.row_css(row) if self.row_css else ""
            made.append(f'<tr class="{css}">' if css else "<tr>")
            if self.pick:
                made.append(_picker(row))
            for start, cell in zip(opening, cells, strict=True):
                made.append(f"{start}{conditional_escape(cell(row))}</td>")
            made.append("</tr>")
        return mark_safe("".join(made))

    @cached_property
    def foot(self) -> SafeString:
        """筛选合计 with the count and the sums of all filtered rows; nothing when no column shown has a sum."""
        if not any(column.total for column in self.chosen):
            return mark_safe("")
        return mark_safe(self._sum_row(self.sums, lambda _: gettext("筛选合计"), ""))

    def _sum_row(self, sums: Mapping[str, Any], title: Callable[[Mapping[str, Any]], str], css: str) -> str:
        columns = self.chosen
        lead = next((i for i, c in enumerate(columns) if c.total is not None), len(columns))
        name = format_html("{}　{} {}", title(sums) + (" " + gettext("小计") if css else ""), sums.get("count", 0),
                           gettext(self.unit))
        cells: list[str] = [format_html('<td colspan="{}" class="first">{}</td>', max(lead, 1) + self.pick, name)]
        for column in columns[max(lead, 1):]:
            shown = "" if column.total is None or not sums else conditional_escape(column.total(sums))
            cells.append(f'<td class="{column.css} open">{shown}</td>')
        return f'<tr class="{css}">{"".join(cells)}</tr>'


def _value(row: Any, path: str) -> Any:
    """The value at a field path such as category__name of a loaded row."""
    for step in path.split("__"):
        row = getattr(row, step, None)
    return row


def _picker(row: Any) -> str:
    return format_html('<td class="c"><input type="checkbox" name="pick" value="{}" aria-label="{}"></td>', row.pk,
                       gettext("选择 %(name)s") % {"name": str(row)})


def _bare(query: str) -> frozenset[tuple[str, str]]:
    """A query as a set of pairs without the page, the area and the month: two that show the same list are equal."""
    return frozenset((k, v) for k, values in QueryDict(query.lstrip("?")).lists() for v in values
                     if k not in {"page", "area", "month"} and v)
