"""How is what an enterprise, a butler or an office types read? Questions, ratings, answers, notes, handovers."""

from __future__ import annotations

from typing import Any

from django import forms

from ..queries import people
from ..rules import people as rules
from ..words import ServicePhase


def area(rows: int) -> forms.Textarea:
    """Room for a few lines."""
    return forms.Textarea(attrs={"rows": rows})


class QuestionForm(forms.Form):
    """What the enterprise asks."""

    text = forms.CharField(label="想问什么", max_length=rules.LONGEST_TEXT, widget=area(3))


class RatingForm(forms.Form):
    """One to five stars."""

    handling = forms.UUIDField(widget=forms.HiddenInput)
    stars = forms.TypedChoiceField(label="评价", coerce=int, choices=[(str(n), str(n)) for n in rules.STARS])
    text = forms.CharField(label="说一句", max_length=300, required=False)


class UrgeForm(forms.Form):
    """Which item is urged."""

    handling = forms.UUIDField(widget=forms.HiddenInput)


class ReplyForm(forms.Form):
    """The answer to one message."""

    message = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    text = forms.CharField(label="答复", max_length=rules.LONGEST_REPLY, widget=area(2))


class NoteForm(forms.Form):
    """What the butler did or said."""

    phase = forms.ChoiceField(label="阶段", choices=ServicePhase.choices())
    text = forms.CharField(label="记录", max_length=rules.LONGEST_NOTE, widget=area(3))
    is_told = forms.BooleanField(label="企业进度页上显示", required=False)


class PageForm(forms.Form):
    """For how long the enterprise's page opens."""

    days = forms.IntegerField(label="有效天数", min_value=1, max_value=rules.LONGEST_DAYS, initial=rules.USUAL_DAYS)


class AssignForm(forms.Form):
    """Who becomes the butler."""

    person = forms.ChoiceField(label="管家")

    def __init__(self, *args: Any, dossier: Any, leaving: Any = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.people = {one.username: one for one in people.fit(dossier) if one != leaving}
        choices = [(name, one.full_name) for name, one in self.people.items()]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Any:
        """The person."""
        return self.people[self.cleaned_data["person"]]


class HandOverForm(AssignForm):
    """Who follows, and what must be known."""

    words = forms.CharField(label="交接情况", max_length=rules.LONGEST_NOTE, widget=area(3))
