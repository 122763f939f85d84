"""How is a peer review read: the round, the stops of its route, the number of voters, a ballot?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from ..models import ObservationStop
from ..rules import observations as rules
from ..words.campaigns import DataMeasure
from .projects import WordField
from .way import day_field


def hour_field(label: str) -> forms.TimeField:
    """An hour of the day, 09:00."""
    return forms.TimeField(label=label, required=False,
                           widget=forms.TimeInput(attrs={"type": "time", "class": "in"}, format="%H:%M"))


class RoundForm(forms.Form):
    """The round: name, day, where and when one gathers, the weight of the field vote, what the data's part is."""

    name = forms.CharField(label="观摩名称", max_length=80)
    held_on = day_field("观摩日期", required=True)
    starts_at = hour_field("出发时间")
    gathers = forms.CharField(label="集合地点", required=False, max_length=120)
    field_weight = forms.IntegerField(label="现场票权重", min_value=0, max_value=100, initial=60,
                                      widget=forms.NumberInput(attrs={"unit": "%"}),
                                      help_text="其余为数据分的权重；开放投票后不能再改")
    measure = WordField(DataMeasure, label="数据分的来源", initial=DataMeasure.PACE,
                        help_text="按功效系数法折成百分制；没有年度计划的项目须录入")


class StopForm(forms.Form):
    """A stop: its place on the route, when the visitors come, how long they stay, who speaks, its data score."""

    position = forms.IntegerField(label="顺序", min_value=1, max_value=99, widget=forms.NumberInput(
        attrs={"class": "in in--num"}))
    arrives_at = hour_field("到达")
    minutes = forms.IntegerField(label="停留（分钟）", min_value=1, max_value=480, widget=forms.NumberInput(
        attrs={"class": "in in--num"}))
    speaker = forms.CharField(label="讲解人", required=False, max_length=60, widget=forms.TextInput(
        attrs={"class": "in"}))
    contribution = forms.CharField(label="看点", required=False, max_length=300, widget=forms.TextInput(
        attrs={"class": "in"}))
    data_score = forms.DecimalField(label="数据分", required=False, min_value=0, max_value=100, decimal_places=2,
                                    widget=forms.NumberInput(attrs={"class": "in in--num", "step": "0.01"}))
    gone = forms.BooleanField(label="移出", required=False)

    def __init__(self, *args: Any, stop: ObservationStop, **kwargs: Any) -> None:
        names = ("position", "arrives_at", "minutes", "speaker", "contribution", "data_score")
        kwargs |= {"prefix": f"s{stop.pk}", "initial": {name: getattr(stop, name) for name in names}}
        super().__init__(*args, **kwargs)
        self.stop = stop
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = gettext_lazy(str(field.label))

    @property
    def told(self) -> Mapping[str, Any]:
        """What the action takes."""
        return {key: value for key, value in self.cleaned_data.items() if key != "gone"}


def stop_forms(stops: Sequence[ObservationStop], data: Any = None) -> list[StopForm]:
    """One form for each stop."""
    return [StopForm(data, stop=stop) for stop in stops]


class VotersForm(forms.Form):
    """How many slips are to be made."""

    voters = forms.IntegerField(label="投票人数", min_value=1, max_value=rules.MOST_VOTERS)
    handed = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def clean_handed(self) -> int:
        """Nothing sent is none handed out."""
        return self.cleaned_data["handed"] or 0


class TokenForm(forms.Form):
    """The token on the slip."""

    token = forms.CharField(label="选票凭证", max_length=40, widget=forms.TextInput(attrs={
        "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="选票上的 12 位字母和数字，横线可以不输")


class BallotForm(forms.Form):
    """A rank for each stop; every rank once."""

    def __init__(self, *args: Any, stops: Sequence[ObservationStop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stops = stops
        numbers = [("", gettext_lazy("选名次")), *((str(n), str(n)) for n in range(1, len(stops) + 1))]
        for stop in stops:
            self.fields[f"r{stop.pk}"] = forms.TypedChoiceField(
                label=stop.project.name, choices=numbers, coerce=int, error_messages={"required": "请选名次"})

    @property
    def lines(self) -> list[tuple[ObservationStop, Any]]:
        """Stop and field."""
        return [(stop, self[f"r{stop.pk}"]) for stop in self.stops]

    def clean(self) -> dict[str, Any]:
        """Refuses a rank that stands twice, at both places."""
        data = super().clean() or {}
        chosen = [value for value in data.values() if value]
        for name, value in list(data.items()):
            if value and chosen.count(value) > 1:
                self.add_error(name, "名次重复")
        return data

    @property
    def ranks(self) -> dict[str, int]:
        """Rank by stop, as a ballot keeps them."""
        return {str(stop.pk): self.cleaned_data[f"r{stop.pk}"] for stop in self.stops}

