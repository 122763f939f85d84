"""How are the month's reports, its days, corrections and named lamps read?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citywright.kernel.clock import CITY
from citywright.kernel.money import LARGEST

from ..models import ProgressReport
from ..queries.months import SheetRow
from ..rules.reports import FIELDS, ReportValues
from ..words import Dimension, Lamp
from .way import day_field

NUMBERS = ("physical_percent", "amount_month", "built", "installed", "equipment", "other")
TEXTS = ("physical_text", "next_step", "problem_text")
LABELS = {"physical_text": "形象进度", "physical_percent": "形象进度百分比", "amount_month": "本月完成投资",
          "built": "建筑工程", "installed": "安装工程", "equipment": "设备工器具购置", "other": "其他费用",
          "next_step": "下步工作", "problem_text": "存在问题", "explanation": "说明"}


def number_of(text: str) -> Decimal | None:
    """The number as typed: full-width digits and thousands marks are read, an empty cell is None; else ValueError."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not plain:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation as wrong:
        raise ValueError(text) from wrong
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(text)
    return number


class NumberField(forms.CharField):
    """A number typed as people type it; its unit stands inside the box. `needed` is wanted only when it is sent."""

    def __init__(self, *, unit: str, label: str, needed: bool = False, **kwargs: Any) -> None:
        attrs = {"unit": unit, "inputmode": "decimal", "autocomplete": "off"}
        if unit != "%":
            attrs["data-money"] = unit
        super().__init__(label=label, required=needed, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        try:
            return number_of(value or "")
        except ValueError as wrong:
            raise forms.ValidationError("应填数字，例如 1200 或 1200.50") from wrong


class WordsField(forms.CharField):
    """Some words, up to 300 signs; `needed` ones are wanted only when the report is sent, a draft may lack them."""

    def __init__(self, label: str, rows: int = 3, needed: bool = False) -> None:
        super().__init__(label=label, required=needed, max_length=300, widget=forms.Textarea(attrs={"rows": rows}))

    def validate(self, value: Any) -> None:
        """Nothing is missing from a draft."""


class ReportForm(forms.Form):
    """One report: form and money of the month; nothing is required while it is a draft."""

    use_required_attribute = False
    physical_text = WordsField("形象进度", needed=True)
    physical_percent = NumberField(unit="%", label="形象进度百分比")
    amount_month = NumberField(unit="万元", label="本月完成投资", needed=True)
    built = NumberField(unit="万元", label="其中：建筑工程")
    installed = NumberField(unit="万元", label="安装工程")
    equipment = NumberField(unit="万元", label="设备工器具购置")
    other = NumberField(unit="万元", label="其他费用")
    next_step = WordsField("下步工作", 2)
    problem_text = WordsField("存在问题", 2)
    explanation = WordsField("说明", 2)

    @property
    def values(self) -> ReportValues:
        """What was typed, as the actions take it."""
        return ReportValues(**{name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data})


def text_of(value: Any) -> str:
    """A kept value as it is typed."""
    return "" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def initial_of(report: ProgressReport | None) -> dict[str, str]:
    """What a form shows of a kept report."""
    names = (*NUMBERS, *TEXTS, "explanation")
    return {name: text_of(getattr(report, name)) for name in names} if report else {}


@dataclass
class Sheet:
    """The batch sheet as it was typed: values of the rows that say something new, and what could not be read.

    `typed` holds every cell as text, `wrong` a sentence by row and column (of one row: by its project's id).
    """

    values: dict[Any, ReportValues] = field(default_factory=dict)
    explanations: dict[Any, str] = field(default_factory=dict)
    typed: dict[Any, dict[str, str]] = field(default_factory=dict)
    wrong: dict[tuple[Any, str], str] = field(default_factory=dict)


def read_sheet(rows: list[SheetRow], posted: Mapping[str, str]) -> Sheet:
    """Reads the cells named `<project id>-<field>` of the rows that are still open."""
    sheet = Sheet()
    for row in rows:
        pk = row.project.pk
        names = (*NUMBERS, *TEXTS, "explanation")
        typed = {name: posted.get(f"{pk}-{name}", "").strip() for name in names}
        if not row.open or f"{pk}-physical_text" not in posted:
            continue
        sheet.typed[pk], before = typed, initial_of(row.report)
        sheet.explanations[pk] = typed["explanation"]
        if any(typed[name] != before.get(name, "") for name in (*NUMBERS, *TEXTS)):
            sheet.values[pk] = _row_values(pk, typed, sheet)
    return sheet


def _row_values(pk: Any, typed: dict[str, str], sheet: Sheet) -> ReportValues:
    read: dict[str, Any] = {}
    for name in NUMBERS:
        try:
            read[name] = number_of(typed[name])
        except ValueError:
            sheet.wrong[pk, name] = "应填数字"
    for name in TEXTS:
        read[name] = typed[name]
        if len(typed[name]) > 300:
            sheet.wrong[pk, name] = "不超过 300 字"
    return ReportValues(**read)


class DaysForm(forms.Form):
    """The days of a month: when units fill and review, when it is locked, when the bulletin goes out."""

    fill_from = day_field("填报开始", required=True)
    fill_to = day_field("填报截止", required=True)
    review_on = day_field("单位审核截止", required=True)
    lock_on = day_field("锁定日期", required=True)
    lock_hour = forms.TimeField(label="锁定时刻", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    bulletin_on = day_field("通报印发")

    @property
    def lock_at(self) -> datetime:
        """The cut-off as a moment of the city."""
        return datetime.combine(self.cleaned_data["lock_on"], self.cleaned_data["lock_hour"], tzinfo=CITY)


#: Days of a month that has none yet: fill 20-25, review 26, lock 28 at 18:00.
USUAL, USUAL_HOUR = {"fill_from": 20, "fill_to": 25, "review_on": 26, "lock_on": 28}, time(18)


class CorrectionForm(forms.Form):
    """What a locked report is to say instead, and why; cells left as they are change nothing."""

    amount_month = NumberField(unit="万元", label="本月完成投资")
    built = NumberField(unit="万元", label="其中：建筑工程")
    installed = NumberField(unit="万元", label="安装工程")
    equipment = NumberField(unit="万元", label="设备工器具购置")
    other = NumberField(unit="万元", label="其他费用")
    physical_percent = NumberField(unit="%", label="形象进度百分比")
    physical_text = WordsField("形象进度")
    reason = forms.CharField(label="更正原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def changes(self) -> dict[str, Any]:
        """The fields in which something else was typed than is kept."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


#: The colours a person may put in the place of a computed one.
COLOURS = (Lamp.GREEN, Lamp.YELLOW, Lamp.RED)


class OverrideForm(forms.Form):
    """A named lamp: dimension, colour, reason, until when."""

    dimension = forms.ChoiceField(label="维度", choices=[(word.value, _(word.zh)) for word in Dimension])
    lamp = forms.ChoiceField(label="灯色", choices=[(word.value, _(word.zh)) for word in COLOURS])
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    until = day_field("有效至", required=True)


def usual_days(period: date, after: date) -> dict[str, Any]:
    """The days of a month as they usually fall; `after` is the second day of the next month."""
    return {**{name: period.replace(day=number) for name, number in USUAL.items()}, "lock_hour": USUAL_HOUR,
            "bulletin_on": after}
