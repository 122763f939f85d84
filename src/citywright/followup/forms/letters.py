"""How is what is typed about a letter or a ladder read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from citywright.kernel.models import Organisation

from ..models import Ladder
from ..rules import letters as rules
from ..words import LimitKind, RungColour
from .meetings import UnitField, in_words

#: Empty lines offered below the rungs of a ladder that is changed.
SPARE = 2


class LetterForm(forms.Form):
    """A new letter: on which rung of which ladder, to whom, about what."""

    start = forms.ChoiceField(label="督查阶梯和起始级")
    unit = UnitField(Organisation.objects.none(), label="主送单位", empty_label="—")
    title = forms.CharField(label="督办事项", max_length=160)
    content = forms.CharField(label="督办内容", max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    lead_leader = forms.CharField(label="牵头领导", max_length=60, required=False)
    contact = forms.CharField(label="联系人", max_length=60, required=False)
    phone = forms.CharField(label="电话", max_length=40, required=False)

    def __init__(self, *args: Any, units: QuerySet[Organisation], ladders: Sequence[Ladder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ladders = {ladder.code: ladder for ladder in ladders}
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["start"].choices = [  # type: ignore[attr-defined]
            (gettext_lazy(ladder.name), [(f"{ladder.code}:{rung.code}", gettext_lazy(rung.name))
                                         for rung in rules.startable(ladder.rungs)]) for ladder in ladders]

    def clean(self) -> dict[str, Any]:
        """As the act takes it: the ladder and the code of the rung."""
        data = super().clean() or {}
        code, _colon, rung = str(data.pop("start", "")).partition(":")
        if code in self.ladders:
            data |= {"ladder": self.ladders[code], "rung": rung}
        return data


class AnswerForm(forms.Form):
    """What the unit did."""

    text = forms.CharField(label="办理情况", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class ReturnForm(forms.Form):
    """Why the answer does not do."""

    reason = forms.CharField(label="退回理由", max_length=300)


class LadderForm(forms.Form):
    """Name and ground of a new version."""

    name = forms.CharField(label="阶梯名称", max_length=60)
    source = forms.CharField(label="依据", max_length=120)


class RungForm(forms.Form):
    """One rung of a ladder; a line without a code is left out."""

    code = forms.CharField(label="代号", max_length=19, required=False)
    name = forms.CharField(label="文书名称", max_length=40, required=False)
    mark = forms.CharField(label="机关代字", max_length=20, required=False)
    colour = forms.ChoiceField(label="颜色", choices=in_words(RungColour.choices()), required=False)
    limit = forms.IntegerField(label="时限", required=False)
    limit_kind = forms.ChoiceField(label="时限单位", choices=in_words(LimitKind.choices()), required=False)
    asks = forms.CharField(label="要求", max_length=200, required=False)
    climbs_after = forms.IntegerField(label="逾期几天升级", required=False)
    automatic = forms.BooleanField(label="自动升级", required=False)
    starts = forms.BooleanField(label="可作起始级", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name not in ("automatic", "starts"):
                field.widget.attrs["class"] = "in in--num" if name in ("limit", "climbs_after") else "in"
            field.widget.attrs["aria-label"] = gettext_lazy(str(field.label))


def rung_forms(rungs: Sequence[Mapping[str, Any]], data: Any = None) -> list[RungForm]:
    """A line for each rung and a few empty ones."""
    count = min(len(rungs) + SPARE, rules.MOST_RUNGS)
    return [RungForm(data, prefix=f"r{n}", initial=dict(rungs[n]) if n < len(rungs) else
                     {"colour": RungColour.NONE, "limit_kind": LimitKind.WORKDAY}) for n in range(count)]


def rungs_from(lines: Sequence[RungForm]) -> list[dict[str, Any]]:
    """The rungs that were typed, in their order."""
    return [line.cleaned_data for line in lines if line.cleaned_data.get("code") or line.cleaned_data.get("name")]
