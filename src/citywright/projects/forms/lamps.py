"""How is a lamp rule set typed? A published set, the day from which, and the two thresholds a city may move."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from ..models import LampRuleSet
from .way import day_field


class AdoptForm(forms.Form):
    """Which published rule set from which day; thresholds left empty stay as published."""

    code = forms.ChoiceField(label="灯规则")
    valid_from = day_field("自哪天起", required=True)
    yellow = forms.DecimalField(label="黄灯门槛", required=False, min_value=0, max_value=100, max_digits=6,
                                decimal_places=3, help_text="比值式写 0.8，百分点式写 10")
    red = forms.DecimalField(label="红灯门槛", required=False, min_value=0, max_value=100, max_digits=6,
                             decimal_places=3)

    def __init__(self, *args: Any, presets: Iterable[LampRuleSet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["code"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(row.code, f"{_(row.name)} {row.version}") for row in presets]
        for field in self.fields.values():
            field.label = _(str(field.label))
            field.help_text = _(str(field.help_text)) if field.help_text else ""

    @property
    def thresholds(self) -> dict[str, str]:
        """The thresholds that were typed, as the rule set keeps them."""
        return {name: f"{self.cleaned_data[name].normalize():f}" for name in ("yellow", "red")
                if self.cleaned_data.get(name) is not None}
