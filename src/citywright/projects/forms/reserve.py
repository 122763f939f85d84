"""How are a score sheet, a score and a round read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from ..models import ScoreSheet, Scoring
from ..rules.reserve import MOST_ITEMS
from .way import day_field

#: Empty lines offered below the items that stand.
SPARE = 3


def number(label: str, most: int, *, required: bool = True) -> forms.DecimalField:
    """A number with at most two places, typed."""
    return forms.DecimalField(label=label, required=required, min_value=0, max_value=most, max_digits=7,
                              decimal_places=2, widget=forms.TextInput(
                                  {"inputmode": "decimal", "autocomplete": "off", "class": "in in--num"}))


class ItemForm(forms.Form):
    """One item of a sheet; an empty line is no item."""

    name = forms.CharField(label="评分项", required=False, max_length=40, widget=forms.TextInput({"class": "in"}))
    weight = number("权重", 100, required=False)
    best = number("满分", 1000, required=False)
    help = forms.CharField(label="说明", required=False, max_length=120, widget=forms.TextInput({"class": "in"}))

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        if data.get("name"):
            for key in ("weight", "best"):
                if data.get(key) is None and key not in self.errors:
                    self.add_error(key, "请填写")
        elif data.get("weight") is not None or data.get("best") is not None or data.get("help"):
            self.add_error("name", "请填写名称，或清空这一行")
        return data


class SheetTable:
    """The items of the next version, starting from the version in force."""

    def __init__(self, posted: Any, sheet: ScoreSheet | None) -> None:
        kept: Sequence[Mapping[str, Any]] = sheet.items if sheet else []
        count = min(len(kept) + SPARE, MOST_ITEMS)
        self.is_bound = posted is not None
        self.rows = [ItemForm(posted, prefix=f"i{n}", initial=dict(kept[n]) if n < len(kept) else {})
                     for n in range(count)]
        for n, row in enumerate(self.rows, 1):
            for field in row.fields.values():
                field.widget.attrs["aria-label"] = f"{field.label} {n}"

    def is_valid(self) -> bool:
        return all([row.is_valid() for row in self.rows])

    @property
    def items(self) -> list[dict[str, Any]]:
        """What the action takes."""
        return [{key: row.cleaned_data[key] for key in ("name", "weight", "best", "help")}
                for row in self.rows if row.cleaned_data.get("name")]


class ScoreForm(forms.Form):
    """Points for each item of a sheet, and a note."""

    def __init__(self, *args: Any, sheet: ScoreSheet, before: Scoring | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**(before.points if before else {}), "note": before.note if before else ""}
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for item in sheet.items:
            self.fields[item["code"]] = number(item["name"], int(Decimal(str(item["best"])).to_integral_value()))
        self.fields["note"] = forms.CharField(label="意见", required=False, max_length=300,
                                              widget=forms.Textarea({"rows": 3}))

    @property
    def lines(self) -> list[tuple[Mapping[str, Any], Any]]:
        """Item and field."""
        return [(item, self[item["code"]]) for item in self.sheet.items]

    @property
    def points(self) -> dict[str, Decimal]:
        return {item["code"]: self.cleaned_data[item["code"]] for item in self.sheet.items}


class RoundForm(forms.Form):
    """A round: its name, days and quota."""

    name = forms.CharField(label="批次名称", max_length=80)
    opens_on = day_field("开始日期", required=True)
    closes_on = day_field("截止日期", required=True)
    quota = forms.IntegerField(label="每单位指标", required=False, min_value=1, max_value=999,
                               help_text="每个单位应提报的个数，可不定",
                               widget=forms.TextInput({"inputmode": "numeric", "unit": "个"}))
