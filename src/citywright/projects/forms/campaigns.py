"""How is a campaign read: what it is, its lists, its targets, what was reached, its checks and their marks?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from citywright.kernel.models import Area

from ..models import Campaign, CampaignCheck, CampaignTarget
from ..queries import campaigns as queries
from ..rules import campaigns as rules
from ..words import CampaignKind, CheckKind, Link, Qualifier, TargetMeasure
from .projects import Named, WordField
from .way import day_field


class NamedMany(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Lists shown by name in the reader's language, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{gettext(str(obj))} {obj.code}"


class CampaignForm(forms.Form):
    """A campaign: name, kind, what it hangs below, whose it is, from when to when, on what mandate, its lists."""

    name = forms.CharField(label="名称", max_length=60)
    kind = WordField(CampaignKind, label="种类", initial=CampaignKind.ACTION)
    parent = Named(label="上级行动", queryset=Campaign.objects.none(), required=False)
    office = Named(label="牵头单位", queryset=Campaign.objects.none())
    from_on = day_field("开始日期", required=True)
    to_on = day_field("结束日期", required=True)
    mandate = forms.CharField(label="依据和要求", required=False, max_length=2000,
                              widget=forms.Textarea(attrs={"rows": 3}))
    position = forms.IntegerField(label="排序", required=False, min_value=0, max_value=999, initial=0)
    lists = NamedMany(label="专项清单", queryset=Campaign.objects.none(), required=False,
                      help_text="项目以开始当年印发的各批为准，同一项目只计一次")

    def __init__(self, *args: Any, area: Area, one: Campaign | None = None, **kwargs: Any) -> None:
        if one is not None:
            names = ("name", "parent", "office", "from_on", "to_on", "mandate", "position")
            kwargs["initial"] = {name: getattr(one, name) for name in names} | {
                "lists": list(one.lists.values_list("definition", flat=True))}
        super().__init__(*args, **kwargs)
        querysets: dict[str, QuerySet[Any]] = {
            "parent": queries.parents_for(area, CampaignKind(one.kind) if one else None, one),
            "office": queries.units_for(area), "lists": queries.definitions_for(area)}
        for name, rows in querysets.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        if one is not None:
            del self.fields["kind"]

    def clean_position(self) -> int:
        """Nothing typed is the first place."""
        return self.cleaned_data["position"] or 0


class TargetForm(forms.Form):
    """A target: name, what is measured over which list, how much."""

    name = forms.CharField(label="目标", max_length=80)
    measure = WordField(TargetMeasure, label="计量", initial=TargetMeasure.COUNT)
    definition = Named(label="清单", queryset=Campaign.objects.none(), required=False)
    qualifier = WordField(Qualifier, label="方向", initial=Qualifier.AT_LEAST)
    target = forms.DecimalField(label="目标值", min_value=0, max_digits=16, decimal_places=2)
    unit = forms.CharField(label="计量单位", required=False, max_length=12,
                           help_text="由台账计量的按口径：项目数为个，投资为万元，事项为件")
    position = forms.IntegerField(label="排序", required=False, min_value=0, max_value=999, initial=0)

    def __init__(self, *args: Any, campaign: Campaign, row: CampaignTarget | None = None, **kwargs: Any) -> None:
        if row is not None:
            names = ("name", "measure", "definition", "qualifier", "target", "unit", "position")
            kwargs["initial"] = {name: getattr(row, name) for name in names}
        super().__init__(*args, **kwargs)
        own = campaign.lists.values("definition")
        self.fields["definition"].queryset = queries.definitions_for(campaign.area).filter(  # type: ignore[attr-defined]
            pk__in=own)
        self.fields["definition"].empty_label = gettext_lazy("本行动全部清单")  # type: ignore[attr-defined]

    def clean_position(self) -> int:
        """Nothing typed is the first place."""
        return self.cleaned_data["position"] or 0


class FactForm(forms.Form):
    """What was reached up to a day."""

    as_of = day_field("截至", required=True)
    value = forms.DecimalField(label="完成值", min_value=0, max_digits=16, decimal_places=2)
    note = forms.CharField(label="说明", required=False, max_length=200)


class ChecksForm(forms.Form):
    """The lines of the checklist, by link and kind; an empty one is none."""

    def __init__(self, *args: Any, had: Sequence[CampaignCheck] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = {(check.link, check.kind, check.position): check.text for check in had}
        self.places = [(link, kind, n) for link in Link for kind in CheckKind for n in rules.POSITIONS]
        for link, kind, n in self.places:
            self.fields[f"{link.value}-{kind.value}-{n}"] = forms.CharField(
                label=f"{gettext(kind.zh)} {n}", required=False, max_length=120,
                initial=now.get((link.value, kind.value, n), ""))

    @property
    def links(self) -> list[tuple[Link, list[Any]]]:
        """Each link with its fields, 看 before 深化."""
        return [(link, [self[f"{link.value}-{kind.value}-{n}"] for kind in CheckKind for n in rules.POSITIONS])
                for link in Link]

    @property
    def texts(self) -> dict[tuple[Link, CheckKind, int], str]:
        """The lines as the action takes them."""
        return {(link, kind, n): self.cleaned_data[f"{link.value}-{kind.value}-{n}"] for link, kind, n in self.places}


class MarkForm(forms.Form):
    """A check done on a project: when, whether it passed, what was seen."""

    done_on = day_field("检查日期", required=True)
    is_passed = forms.TypedChoiceField(label="结果", coerce=lambda value: value == "1", choices=[
        ("1", gettext_lazy("通过")), ("0", gettext_lazy("未通过"))], initial="1")
    note = forms.CharField(label="所见情况", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

