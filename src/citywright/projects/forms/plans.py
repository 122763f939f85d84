"""How are the year's plan, the funds and the table of nodes read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from citywright.kernel.money import ZERO
from citywright.ui.templatetags.ui import MONTHS as SHORT
from citywright.ui.templatetags.ui import english

from ..models import AnnualPlan, Milestone
from ..rules.years import MONTHS
from ..words import FundKind, YearKind
from .months import NumberField, text_of
from .projects import WordField
from .way import day_field

#: The fields of a plan besides amounts and kind, as `actions.plans` takes them.
PLAN_FIELDS = ("done_before", "planned_start", "planned_finish", "planned_production", "goal")
NUMBERS = range(1, MONTHS + 1)


class AmountField(NumberField):
    """An amount in 万元 that is not negative; `needed` ones may not stay empty."""

    def __init__(self, label: str, *, needed: bool = False) -> None:
        super().__init__(unit="万元", label=label, needed=needed)

    def clean(self, value: Any) -> Decimal | None:
        amount: Decimal | None = super().clean(value)
        if amount is None and self.required:
            raise forms.ValidationError("请填写金额")
        if amount is not None and amount < 0:
            raise forms.ValidationError("金额不能为负数")
        return amount


def month_name(number: int) -> str:
    """3月, Mar."""
    return SHORT[number - 1] if english() else _("%(month)s月") % {"month": number}


class PlanForm(forms.Form):
    """The year's plan: its kind, days, amount, and twelve months with their targets."""

    kind = WordField(YearKind, label="年度类型")
    invest_year = AmountField("年度计划投资", needed=True)
    done_before = AmountField("以前年度完成")
    planned_start = day_field("计划开工")
    planned_finish = day_field("计划竣工")
    planned_production = day_field("计划投产")
    goal = forms.CharField(label="年度目标", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in NUMBERS:
            self.fields[f"m{number}"] = AmountField(month_name(number))
            self.fields[f"m{number}"].widget.attrs |= {"data-month": number, "class": "in in--num"}
            self.fields[f"t{number}"] = forms.CharField(required=False, max_length=200, label="形象目标")
            self.fields[f"t{number}"].widget.attrs |= {"class": "in"}
        self.fields["invest_year"].widget.attrs["data-year"] = "1"

    @property
    def head(self) -> list[Any]:
        """The fields above the months."""
        return [self[name] for name in ("kind", "invest_year", *PLAN_FIELDS)]

    @property
    def months(self) -> list[tuple[int, Any, Any]]:
        """Number, amount and target of each month."""
        return [(number, self[f"m{number}"], self[f"t{number}"]) for number in NUMBERS]

    @property
    def given(self) -> dict[str, Any]:
        """What the actions take; no months when all stay empty, an empty one among filled ones is nothing."""
        data = self.cleaned_data
        amounts = [data[f"m{number}"] for number in NUMBERS]
        split = None if all(one is None for one in amounts) else [one or ZERO for one in amounts]
        return {"kind": data["kind"], "invest_year": data["invest_year"], "months": split,
                "targets": [data[f"t{number}"] for number in NUMBERS],
                **{name: data[name] for name in PLAN_FIELDS}, "done_before": data["done_before"] or ZERO}


def initial_of(plan: AnnualPlan | None) -> dict[str, Any]:
    """What the form shows of a kept plan."""
    if plan is None:
        return {"kind": YearKind.CONTINUE}
    found = {name: getattr(plan, name) for name in ("kind", "goal", "planned_start", "planned_finish",
                                                    "planned_production")}
    found |= {"invest_year": text_of(plan.invest_year), "done_before": text_of(plan.done_before)}
    for month in plan.months.all():
        found |= {f"m{month.month}": text_of(month.invest), f"t{month.month}": month.physical_target}
    return found


class ReviseForm(forms.Form):
    """On what paper a frozen plan is changed, and why."""

    approved_doc = forms.CharField(label="批准文号", max_length=80)
    reason = forms.CharField(label="调整理由", max_length=300)


class FreezeForm(forms.Form):
    """On what paper the plan is issued; freezing cannot be undone, and one says so."""

    approved_doc = forms.CharField(label="批准文号", max_length=80, required=False)
    sure = forms.BooleanField(label="我知道冻结后不能再改，只能另立新版",
                              error_messages={"required": "请先确认冻结后不能再改"})


class SourceForm(forms.Form):
    """A source of money: which, how much, until when."""

    kind = WordField(FundKind, label="资金来源")
    agreed = AmountField("约定金额", needed=True)
    due_on = day_field("应到位日期")
    note = forms.CharField(label="说明", required=False, max_length=120)


class ArrivalForm(forms.Form):
    """What arrived of a source, and what was paid of it."""

    source = forms.TypedChoiceField(label="到位的来源", coerce=int)
    arrived_on = day_field("到位日期", required=True)
    arrived = AmountField("到位金额", needed=True)
    paid = AmountField("其中已支付")
    fx_rate = forms.DecimalField(label="汇率", required=False, min_value=0, max_digits=12, decimal_places=6,
                                 help_text="外资填写入账当日汇率", widget=forms.TextInput({"inputmode": "decimal"}))

    def __init__(self, *args: Any, sources: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.choices = list(sources)


#: The columns of the table of nodes; all but the last are days.
DAYS = ("baseline_from", "baseline_on", "forecast_on", "started_on", "actual_on")
COLUMNS = (*DAYS, "responsible")
LABELS = {"baseline_from": "计划开始", "baseline_on": "计划完成", "forecast_on": "预计完成", "started_on": "实际开始",
          "actual_on": "实际完成", "responsible": "责任人"}


@dataclass
class Nodes:
    """The table as it was typed: what changes by node, every cell as text, and a sentence for what is unreadable."""

    rows: list[tuple[Milestone, dict[str, Any]]] = field(default_factory=list)
    typed: dict[tuple[int, str], str] = field(default_factory=dict)
    wrong: dict[tuple[int, str], str] = field(default_factory=dict)


def read_nodes(found: Sequence[Milestone], posted: Mapping[str, str]) -> Nodes:
    """Reads the cells named `<node id>-<field>`; a cell that was not sent stays as it is."""
    read = Nodes()
    for node in found:
        changes: dict[str, Any] = {}
        for name in COLUMNS:
            text = posted.get(f"{node.pk}-{name}")
            if text is None:
                continue
            read.typed[node.pk, name] = text = text.strip()
            value, wrong = cell_of(name, text)
            if wrong:
                read.wrong[node.pk, name] = wrong
            elif value != getattr(node, name):
                changes[name] = value
        if changes:
            read.rows.append((node, changes))
    return read


def cell_of(name: str, text: str) -> tuple[date | str | None, str]:
    """The value of a cell, or why it cannot be read."""
    if name == "responsible":
        return text, "不超过 60 字" if len(text) > 60 else ""
    if not text:
        return None, ""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day, "" if day else "应填日期，例如 2024-03-25"
