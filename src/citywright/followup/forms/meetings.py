"""How is what is typed about a meeting, its decisions, or a task force read?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from citywright.kernel.clock import CITY
from citywright.kernel.models import Organisation

from ..models import AgendaItem, TaskForce
from ..words import LimitKind, MeetingKind


def in_words(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, Any]]:
    """Choices whose labels are read in the reader's language."""
    return [(value, gettext_lazy(label) if label else label) for value, label in pairs]


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One unit, by its short name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several units, ticked."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Organisation.objects.none(), widget=forms.CheckboxSelectMultiple(attrs={"class": "ticks"}),
                         **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class NamedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One task force, by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class MatterField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One matter of the agenda, by its place and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.position}. {obj.title}"


def moment_field(label: str) -> forms.DateTimeField:
    """A moment in city time."""
    return forms.DateTimeField(label=label, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
                               widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))


class AmendForm(forms.Form):
    """Name, time, place and people of a meeting."""

    title = forms.CharField(label="会议名称", max_length=120)
    held_at = moment_field("会议时间")
    place = forms.CharField(label="地点", max_length=120, required=False)
    chair = forms.CharField(label="主持人", max_length=60, required=False)
    attendees = forms.CharField(label="参加人员", max_length=300, required=False,
                                widget=forms.Textarea(attrs={"rows": 2}))

    def clean_held_at(self) -> Any:
        """The moment, in city time."""
        typed = self.cleaned_data["held_at"]
        return typed.astimezone(CITY) if typed.tzinfo else typed.replace(tzinfo=CITY)


class MeetingForm(AmendForm):
    """A meeting to be called."""

    kind = forms.ChoiceField(label="会议种类", choices=in_words(MeetingKind.choices()))
    force = NamedField(TaskForce.objects.none(), label="专班", required=False, empty_label="—",
                       help_text="专班例会须选；只收集专班负责的事项")
    field_order = ("kind", "title", "held_at", "place", "chair", "attendees", "force")

    def __init__(self, *args: Any, forces: QuerySet[TaskForce], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["force"].queryset = forces  # type: ignore[attr-defined]

    def clean_kind(self) -> MeetingKind:
        """The kind as a word."""
        return MeetingKind(self.cleaned_data["kind"])


class ItemForm(forms.Form):
    """A matter put on the agenda by hand, with a photo taken on site."""

    title = forms.CharField(label="议题", max_length=160)
    unit = UnitField(Organisation.objects.none(), label="汇报单位", required=False, empty_label="—")
    photo = forms.FileField(label="现场照片", required=False, widget=forms.ClearableFileInput(
        attrs={"accept": "image/*", "capture": "environment"}))

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """To whom a decision is handed: lead, co-operating units, limit, reply cycle."""

    lead = UnitField(Organisation.objects.none(), label="牵头单位", empty_label="—")
    others = UnitsField(label="配合单位", required=False)
    limit = forms.IntegerField(label="时限", min_value=1, max_value=366, initial=20)
    limit_kind = forms.ChoiceField(label="时限单位", choices=in_words(LimitKind.choices()),
                                   initial=LimitKind.NATURAL_DAY)
    cycle_days = forms.IntegerField(label="反馈周期（天）", min_value=1, max_value=90, required=False,
                                    help_text="不填为一次性反馈")

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "others"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """As the acts take it: units with the lead first, the limit's kind as a word."""
        data = super().clean() or {}
        lead, others = data.pop("lead", None), list(data.pop("others", None) or ())
        data["units"] = [lead, *(unit for unit in others if unit != lead)] if lead else []
        if data.get("limit_kind"):
            data["limit_kind"] = LimitKind(data["limit_kind"])
        return data


class DecisionForm(TaskForm):
    """A decision and the task it becomes, in one form; without a lead it is recorded only."""

    item = MatterField(AgendaItem.objects.none(), label="议题", required=False, empty_label="—")
    text = forms.CharField(label="议定事项", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("item", "text", "lead", "others", "limit", "limit_kind", "cycle_days")

    def __init__(self, *args: Any, items: QuerySet[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        self.fields["lead"].required = False
        self.fields["lead"].help_text = "不选牵头单位则只记录，不交办"


class HandOutForm(TaskForm):
    """A further task of a decision."""

    title = forms.CharField(label="事项", max_length=160, required=False, help_text="不填则用议定事项原文")
    field_order = ("title", "lead", "others", "limit", "limit_kind", "cycle_days")


class MinuteForm(forms.Form):
    """What is told about the meeting before its decisions."""

    summary = forms.CharField(label="会议情况", required=False, max_length=4000,
                              widget=forms.Textarea(attrs={"rows": 4}))


class ForceForm(forms.Form):
    """A task force: name, leader, deputies, members, cycle, mandate."""

    name = forms.CharField(label="专班名称", max_length=80)
    leader = forms.CharField(label="组长", max_length=60, required=False)
    deputies = forms.CharField(label="副组长", max_length=120, required=False)
    members = UnitsField(label="成员单位", required=False)
    cycle_days = forms.IntegerField(label="例会周期（天）", min_value=1, max_value=366, initial=14)
    mandate = forms.CharField(label="职责", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = units  # type: ignore[attr-defined]
