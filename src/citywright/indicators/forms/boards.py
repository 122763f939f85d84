"""What is filled in for a board and for a snapshot? Figures are ticked, and numbered when another order is wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ..actions.boards import LONGEST, WIDEST
from ..actions.snapshots import LONGEST as TITLE
from ..catalogue import CATALOGUE, SUBJECTS, Indicator

PLACES = 999


@dataclass(frozen=True)
class Choice:
    """One indicator of the chooser: ticked or not, at which place."""

    indicator: Indicator
    ticked: bool
    place: str


class BoardForm(forms.Form):
    """Name, columns, shared or not; the figures stand in a table of their own below (`choices`)."""

    name = forms.CharField(label=_("看板名称"), max_length=LONGEST)
    columns = forms.TypedChoiceField(label=_("每行几个"), coerce=int, initial=3,
                                     choices=[(str(n), str(n)) for n in range(1, WIDEST + 1)])
    is_shared = forms.BooleanField(label=_("与本区划的人共享"), required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = codes

    @property
    def ticked(self) -> list[str]:
        """The codes ticked, as posted or as they were."""
        if not self.is_bound:
            return self.codes
        return [code for code in cast(QueryDict, self.data).getlist("code") if code in CATALOGUE]

    @property
    def ordered(self) -> list[str]:
        """The ticked codes by the numbers beside them; those without one keep their order behind."""
        def place(code: str) -> int:
            text = self.data.get(f"place_{code}", "")
            return int(text) if text.isdecimal() and len(text) < 4 else PLACES
        return sorted(dict.fromkeys(self.ticked), key=place)

    @property
    def choices(self) -> list[tuple[str, list[Choice]]]:
        """Subject and its indicators with their ticks and numbers."""
        now = self.ticked
        return [(subject, [Choice(one, one.code in now, self._place(one.code, now)) for one in found])
                for subject, found in SUBJECTS.items() if found]

    def _place(self, code: str, now: list[str]) -> str:
        if self.is_bound:
            return str(self.data.get(f"place_{code}", ""))[:3]
        return str(now.index(code) + 1) if code in now else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.ticked:
            raise forms.ValidationError(_("请至少选一个指标"))
        return data


class SnapshotForm(forms.Form):
    """The title under which the figures are published."""

    title = forms.CharField(label=_("标题"), max_length=TITLE)
