"""What can be done? A reader saves and deletes views of lists, and chooses a language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from citywright.kernel import journal
from citywright.kernel.access import memberships
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.models import Organisation, Person

from .models import SavedView


class CannotSaveView(Refusal):
    """The view has no name, or its address is too long to keep."""


class CannotChooseLanguage(Refusal):
    """The program does not speak this language."""


@transaction.atomic
def save_view(*, page: str, name: str, query: str, by: Person, at: datetime,
              unit: Organisation | None = None) -> SavedView:
    """Keep a list's address under a name, for oneself or for one's whole unit; the same name is written over."""
    name = name.strip()
    if not name or len(name) > 40:
        raise CannotSaveView("视图名称须为1至40个字")
    if len(query) > 600:
        raise CannotSaveView("筛选条件太长，请去掉几项再保存")
    if unit is not None and unit.pk not in {m.organisation_id for m in memberships(by)}:
        raise CannotReach("您不在%(unit)s，不能为它保存视图", unit=unit.short_name)
    view, _ = SavedView.objects.update_or_create(person=by, page=page, name=name,
                                                 defaults={"query": query, "unit": unit})
    journal.write(verb="view.saved", by=by, at=at, subject=view, unit=unit,
                  data={"page": page, "name": name, "query": query})
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: Person, at: datetime) -> None:
    """Remove a view one saved oneself."""
    if view.person_id != by.pk:
        raise CannotReach("只能删除自己保存的视图")
    journal.write(verb="view.deleted", by=by, at=at, subject=view, data={"page": view.page, "name": view.name})
    view.delete()


@transaction.atomic
def choose_language(*, language: str, by: Person, at: datetime) -> Person:
    """The person reads in this language from now on, on every machine."""
    if language not in dict(settings.LANGUAGES):
        raise CannotChooseLanguage("没有这种语言")
    by.language = language
    by.save(update_fields=["language"])
    journal.write(verb="person.language_chosen", by=by, at=at, subject=by, data={"language": language})
    return by
