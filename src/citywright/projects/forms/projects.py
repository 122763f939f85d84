"""How is the form of a project read? One column: what it is, whose it is, how much, when, where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from citywright.kernel import codes
from citywright.kernel.errors import Refusal
from citywright.kernel.http import say
from citywright.kernel.models import Area, Organisation

from ..models import Category, ListIssue, Project
from ..words import FundingType, Nature, Origin

MONEY = {"data-money": "万元", "unit": "万元", "inputmode": "decimal", "autocomplete": "off"}
#: Fields of the project itself, in the order of the form; `area` and `lead_unit` are the office's.
FIELDS = ("name", "category", "funding_type", "nature", "origin", "area", "lead_unit", "national_code", "owner_name",
          "owner_uscc", "total_investment", "fixed_investment", "build_from", "build_to", "land_mu", "floor_area",
          "location", "summary", "remark", "stat_name", "stat_code", "stat_total")


def translated(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Codes with their labels in the reader's language."""
    return [(code, gettext(label)) for code, label in pairs]


class Named(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Rows of the city's data, shown by name in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_label=gettext_lazy("请选择"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return gettext(str(obj))


class WordField(forms.TypedChoiceField):
    """One of a kind of words, read as the word."""

    def __init__(self, word: Any, **kwargs: Any) -> None:
        super().__init__(choices=lambda: translated(word.choices()), coerce=word, **kwargs)


def well_formed(reads: Any) -> Any:
    """A validator out of one of the kernel's readers of codes: its refusal stands at the field."""
    def check(text: str) -> None:
        try:
            reads(text)
        except Refusal as refusal:
            raise ValidationError(say(refusal.said)) from refusal
    return check


def amount(label: str, *, required: bool = False) -> forms.DecimalField:
    """An amount typed in 万元, echoed in words beside the field."""
    return forms.DecimalField(label=label, required=required, min_value=0, max_digits=15, decimal_places=4,
                              widget=forms.TextInput(MONEY))


def text(label: str, length: int, *, lines: bool = False, rule: str = "",
         checks: Iterable[Any] = ()) -> forms.CharField:
    """A text that may stay empty."""
    widget = forms.Textarea({"rows": 3}) if lines else forms.TextInput({"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=length, widget=widget, help_text=rule,
                           validators=list(checks))


def a_day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def measure(label: str, unit: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, decimal_places=2, max_digits=12,
                              widget=forms.TextInput({"unit": unit, "inputmode": "decimal"}))


class ProjectForm(forms.Form):
    """A project as it is typed; `given` answers the fields of `actions.projects`."""

    name = forms.CharField(label="项目名称", max_length=160)
    category = Named(label="项目类别", queryset=Category.objects.none())
    funding_type = WordField(FundingType, label="投资主体")
    nature = WordField(Nature, label="建设性质", required=False, empty_value=Nature.NEW)
    origin = WordField(Origin, label="项目来源", required=False, empty_value=Origin.PLAN)
    area = Named(label="所在区划", queryset=Area.objects.none())
    lead_unit = Named(label="责任单位", queryset=Organisation.objects.none())
    national_code = text("项目代码", 24, rule="投资在线平台的 24 位代码", checks=[well_formed(codes.project_code)])
    owner_name = text("建设单位", 120)
    owner_uscc = text("建设单位统一社会信用代码", 18, checks=[well_formed(codes.uscc)])
    total_investment = amount("总投资", required=True)
    fixed_investment = amount("其中固定资产投资")
    build_from = a_day("建设起")
    build_to = a_day("建设止")
    land_mu = measure("用地", "亩")
    floor_area = measure("建筑面积", "平方米")
    location = text("建设地点", 200)
    summary = text("建设规模及内容", 4000, lines=True)
    remark = text("备注", 2000, lines=True)
    stat_name = text("入统名称", 160, rule="与统计平台一致，便于对数")
    stat_code = text("入统编码", 40)
    stat_total = amount("入统总投资")

    def __init__(self, *args: Any, areas: QuerySet[Area], units: QuerySet[Organisation], project: Project | None = None,
                 apart: bool = False, **kwargs: Any) -> None:
        if project is not None:
            kwargs["initial"] = {key: getattr(project, key) for key in FIELDS}
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = Category.objects.order_by("position")
        fields["area"].queryset, fields["lead_unit"].queryset = areas, units
        for key in ("area", "lead_unit"):
            if project is not None and fields[key].queryset.count() < 2:
                del fields[key]
        if apart:
            self.ask_apart()

    def ask_apart(self) -> None:
        """One more box: the project is not the one whose name is nearly the same."""
        self.fields["apart"] = forms.BooleanField(label="我已核对，不是同一项目", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("build_from"), cleaned.get("build_to")
        if start and end and end < start:
            self.add_error("build_to", gettext("建设止不能早于建设起"))
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by field."""
        return {key: self.cleaned_data[key] for key in FIELDS if key in self.cleaned_data}


class EnterForm(forms.Form):
    """列入清单: which issue, from which day, why."""

    issue = Named(label="清单批次", queryset=ListIssue.objects.none())
    on = forms.DateField(label="列入日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label="理由", max_length=200, widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, issues: QuerySet[ListIssue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["issue"]
        field.queryset = issues
        field.label_from_instance = lambda issue: gettext("%(name)s %(year)s 年第 %(batch)s 批") % {
            "name": gettext(issue.definition.name), "year": issue.year, "batch": issue.batch}
