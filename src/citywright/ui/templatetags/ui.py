"""Template tags of the look: words, amounts, days, lamps, badges, bars, figures; plain strings, for long lists."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from citywright.kernel import money
from citywright.kernel.clock import CITY
from citywright.kernel.errors import Said
from citywright.kernel.http import say
from citywright.kernel.words import Lamp, Word

from ..charts import sparkline

register = template.Library()

NONE = "—"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
#: Lamp to css class and shape.
SHAPES = {Lamp.RED: "red", Lamp.YELLOW: "amber", Lamp.GREEN: "green", Lamp.BLUE: "blue", Lamp.GREY: "grey"}
BADGES = {"verified": "v", "claimed": "c", "evidence": "e", "waived": "w", "escalated": "r", "plain": ""}
#: Step of a report to shape and word; an empty step means that nothing was filled.
STATES = {"": ("s-none", "未报"), "draft": ("s-none", "未报"), "submitted": ("s-sent", "已报"),
          "reviewed": ("s-sent", "单位已审"), "returned": ("s-back", "退回"), "locked": ("s-lock", "已锁"),
          "same": ("s-same", "雷同"), "missing": ("s-none", "未报"), "out": ("s-sent", "已报")}
_lamps: dict[tuple[str, bool, bool, str], SafeString] = {}
_states: dict[tuple[str, str], SafeString] = {}


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


@register.filter
def t(value: Any) -> str:
    """The term in the reader's language: of a Word its label, of a Said its sentence, of a text its translation."""
    if value is None or value == "":
        return ""
    if isinstance(value, Said):
        return say(value)
    if isinstance(value, Promise):
        return str(value)
    return gettext(value.zh if isinstance(value, Word) else str(value))


def signed(text: str) -> str:
    """The number with a real minus sign."""
    return text.replace("-", "−")


@register.filter
def wan(value: Any) -> str:
    """An amount in 万元, thousands parted, two places unless whole; no unit."""
    if value is None or value == "":
        return NONE
    amount = money.rounded(Decimal(value))
    places = 0 if amount == amount.to_integral_value() else 2
    return signed(f"{amount:,.{places}f}")


@register.filter
def yi(value: Any) -> str:
    """An amount in 万元 shown in 亿元, two places; no unit."""
    return NONE if value is None or value == "" else signed(f"{money.rounded(money.to_yi(Decimal(value))):,.2f}")


def points(value: Any, places: int) -> Decimal:
    """A ratio times a hundred, rounded half up."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return money.rounded(Decimal(str(value)) * 100, places)


@register.filter
def pct(value: Any, places: int = 1) -> str:
    """A ratio as a percentage without the sign: 0.139 is 13.9; no denominator is —."""
    return NONE if value is None or value == "" else signed(f"{points(value, places):.{places}f}")


@register.filter
def pp(value: Any, places: int = 1) -> str:
    """A difference of two ratios in percentage points with its sign: -0.013 is −1.3."""
    if value is None or value == "":
        return NONE
    shown = points(value, places)
    return signed(f"{shown:+.{places}f}") if shown else f"{Decimal(0):.{places}f}"


@register.filter
def pts(value: Any, places: int = 1) -> str:
    """A number already in percentage points, with its sign: −1.3."""
    return NONE if value is None or value == "" else pp(Fraction(value) / 100, places)


def city_day(value: date | datetime) -> date:
    """The city's day of a day or a moment."""
    return value.astimezone(CITY).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None, style: str = "") -> str:
    """3月25日, Mar 25; with "year" 2024年3月25日, Mar 25, 2024; with "week" the day of the week behind."""
    if not value:
        return NONE
    on = city_day(value)
    if english():
        text = f"{MONTHS[on.month - 1]} {on.day}" + (f", {on.year}" if style == "year" else "")
    else:
        text = (f"{on.year}年" if style == "year" else "") + f"{on.month}月{on.day}日"
    return f"{text} {gettext(WEEKDAYS[on.weekday()])}" if style == "week" else text


@register.filter
def moment(value: datetime | None) -> str:
    """3月28日 18:00 in the city's time."""
    return NONE if not value else f"{day(value)} {value.astimezone(CITY):%H:%M}"


@register.filter
def month(value: date | None) -> str:
    """2024年3月, Mar 2024."""
    if not value:
        return NONE
    return f"{MONTHS[value.month - 1]} {value.year}" if english() else f"{value.year}年{value.month}月"


@register.filter
def iso(value: date | datetime | None) -> str:
    """2024-03-25."""
    return NONE if not value else city_day(value).isoformat()


@register.simple_tag
def lamp(value: Any, quiet: bool = False, *, large: bool = False, count: Any = None, reason: str = "",
         overridden: bool = False, words: str = "") -> SafeString:
    """The lamp as shape and word; `reason` is told on hover, focus or tap; `words` follow the word; grey prints —."""
    plain = count is None and not reason and not overridden and not words
    key = (str(value or Lamp.GREY), quiet, large, get_language() or "")
    if plain and key in _lamps:
        return _lamps[key]
    shown = Lamp(key[0])
    soft = quiet and shown is Lamp.GREEN
    css = "".join((" lamp--q" if soft else "", " lamp--lg" if large else "", " lamp--hist" if overridden else ""))
    tip = format_html(' data-tip="{}" tabindex="0"', reason) if reason else ""
    tail = format_html('<span class="lamp__why">{}</span>', words) if words else ""
    made = format_html('<span class="lamp lamp--{}{}"{}>{}{}{}</span>', SHAPES[shown], css, tip,
                       _lamp_face(shown, soft), "" if count is None else count, tail)
    if plain:
        _lamps[key] = made
    return made


def _lamp_face(shown: Lamp, soft: bool) -> SafeString:
    if shown is Lamp.GREY:
        return format_html('<span class="sr">{}</span><span aria-hidden="true">—</span>', gettext(shown.zh))
    return format_html('<svg aria-hidden="true"><use href="#l-{}"/></svg>{}', "greenq" if soft else SHAPES[shown],
                       gettext(shown.zh))


@register.simple_tag
def badge(kind: str, text: Any, href: str = "", title: str = "") -> SafeString:
    """A badge: verified filled, claimed dashed, evidence a link, waived amber, escalated red, plain outline."""
    css = BADGES.get(kind, kind)
    name = f"badge badge--{css}" if css else "badge"
    tip = format_html(' title="{}"', title) if title else ""
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', name, href, tip, text)
    return format_html('<span class="{}"{}>{}</span>', name, tip, text)


@register.simple_tag
def bullet(done: Any = None, plan: Any = None, tick: Any = None, scale: Any = 1) -> SafeString:
    """A bar as long as done / plan, a tick at tick / plan, on a scale whose full length is the ratio `scale`.

    Without a plan (None or 0) the bar is empty; with plan=1 `done` and `tick` are ratios themselves.
    """
    if done is None or not plan:
        return mark_safe(f'<div class="bul" role="img" aria-label="{NONE}"></div>')
    full = float(plan) * float(scale or 1)
    length = min(max(float(done) / full * 100, 0), 100)
    label = gettext("完成 %(done)s%%") % {"done": f"{float(done) / float(plan) * 100:.1f}"}
    if tick is None:
        return mark_safe(f'<div class="bul" role="img" aria-label="{label}"><i style="width:{length:.1f}%"></i></div>')
    mark = min(max(float(tick) / full * 100, 0), 100)
    label = gettext("完成 %(done)s%%，时序 %(tick)s%%") % {
        "done": f"{float(done) / float(plan) * 100:.1f}", "tick": f"{float(tick) / float(plan) * 100:.1f}"}
    behind = " bul--behind" if float(done) < float(tick) else ""
    return mark_safe(f'<div class="bul{behind}" role="img" aria-label="{label}"><i style="width:{length:.1f}%"></i>'
                     f'<u style="left:calc({mark:.1f}% - 1px)"></u></div>')


@register.simple_tag
def figure(label: str, value: Any, unit: str = "", href: str = "", note: Any = "", as_of: Any = "",
           definition_href: str = "", spark: Any = None, small: bool = False) -> SafeString:
    """A figure: label, value and unit linking to its list, sparkline, one comparison, 截至 and 口径."""
    shown = format_html("<span>{}</span><small>{}</small>", value, "" if value == NONE else t(unit))
    opening, closing = ('<a class="fig__v" href="{}">', "</a>") if href and value != NONE else (
        '<span class="fig__v">', "</span>")
    day_text = day(as_of) if isinstance(as_of, date) else as_of
    told = format_html("<span>{}</span>", gettext("截至 %(day)s") % {"day": day_text}) if day_text else ""
    defined = ""
    if definition_href:
        defined = format_html('<a href="{}" data-definition>{}</a>', definition_href, gettext("口径"))
    return format_html('<div class="fig{}"><span class="fig__l" title="{}">{}</span>' + opening + "{}" + closing
                       + '{}<span class="fig__c" title="{}">{}</span><span class="fig__m">{}{}</span></div>',
                       " fig--s" if small else "", t(label), t(label), *([href] if "{}" in opening else []), shown,
                       sparkline(spark) if spark else "", t(note), t(note), told, defined)


@register.simple_tag
def report_state(step: Any = "") -> SafeString:
    """The state of a report as shape and word; nothing filled reads 未报."""
    key = (str(step or ""), get_language() or "")
    made = _states.get(key)
    if made is None:
        shape, word = STATES[key[0]]
        made = _states[key] = format_html('<span class="st"><svg aria-hidden="true"><use href="#{}"/></svg>{}</span>',
                                          shape, gettext(word))
    return made


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, label: str, css: str = "", param: str = "sort") -> SafeString:
    """A table head that sorts by `key`: numbers from the greatest first, words from the least; again turns it."""
    query = context["request"].GET.copy()
    now = query.get(param, "")
    down_first = "num" in css
    turned = key if now == f"-{key}" else f"-{key}" if now == key else f"-{key}" if down_first else key
    query[param] = turned
    query.pop("page", None)
    arrow, aria = {key: ("↑", "ascending"), f"-{key}": ("↓", "descending")}.get(now, ("", ""))
    sorted_by = format_html(' aria-sort="{}"', aria) if aria else ""
    return format_html('<th scope="col" class="{}"{}><a class="{}" href="?{}">{}{}</a></th>', css, sorted_by,
                       "so" if aria else "", query.urlencode(), t(label), arrow)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the shapes of the sprite by its name, for a legend: l-red, s-lock …"""
    return format_html('<svg width="11" height="11" aria-hidden="true"><use href="#{}"/></svg>', name)
