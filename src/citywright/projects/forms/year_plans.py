"""How is an adjustment of several plans read? A table of amounts and days, a document, a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from ..actions.plans import Change
from ..models import AnnualPlan
from ..rules import years
from .months import text_of
from .plans import AmountField
from .way import day_field

DAYS = ("planned_start", "planned_finish")


class AdjustRow(forms.Form):
    """One plan's new amount and days; its months keep their proportions."""

    def __init__(self, posted: Any, plan: AnnualPlan) -> None:
        self.plan = plan
        initial = {"invest_year": text_of(plan.invest_year), **{name: getattr(plan, name) for name in DAYS}}
        super().__init__(posted, initial=initial, prefix=f"p{plan.pk}")
        self.fields["invest_year"] = AmountField("年度计划投资", needed=True)
        self.fields["planned_start"] = day_field("计划开工")
        self.fields["planned_finish"] = day_field("计划竣工")
        self.fields["invest_year"].widget.attrs |= {"class": "in in--num", "aria-label": plan.project.name}
        for name in DAYS:
            self.fields[name].widget.attrs |= {"class": "in", "aria-label": plan.project.name}

    @property
    def change(self) -> Change:
        """What the action takes."""
        amount: Decimal = self.cleaned_data["invest_year"]
        kept = sorted(self.plan.months.all(), key=lambda month: month.month)
        months = [month.invest for month in kept]
        split = None if not months else months if amount == self.plan.invest_year else years.respread(months, amount)
        days: Mapping[str, date | None] = {name: self.cleaned_data[name] for name in DAYS}
        return Change(self.plan, amount, split, targets=[month.physical_target for month in kept], fields=days)


class PaperForm(forms.Form):
    """On what paper, and why."""

    doc_no = forms.CharField(label="批准文号", max_length=80)
    reason = forms.CharField(label="调整理由", max_length=300)


@dataclass
class AdjustTable:
    """The rows and the paper together."""

    plans: Sequence[AnnualPlan]
    posted: Any

    def __post_init__(self) -> None:
        self.is_bound = self.posted is not None
        self.rows = [AdjustRow(self.posted, plan) for plan in self.plans]
        self.form = PaperForm(self.posted)

    def is_valid(self) -> bool:
        """Whether everything can be read; every fault is shown at once."""
        return all([self.form.is_valid(), *(row.is_valid() for row in self.rows)])

    @property
    def changes(self) -> list[Change]:
        """The rows that change something."""
        return [row.change for row in self.rows if row.has_changed()]

    @property
    def paper(self) -> dict[str, str]:
        return dict(self.form.cleaned_data)
