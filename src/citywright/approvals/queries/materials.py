"""The one set of materials of a dossier: each document once, who needs it, where it comes from, its versions."""

from __future__ import annotations

from dataclasses import dataclass

from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Attachment, Person

from ..models import Handling, Material, SurveyOrder
from ..rules import materials as rules
from ..words import ItemStatus
from . import dossiers
from .dossiers import File

#: An item in one of these does not use its materials: not begun, or over without a result.
UNUSED = frozenset({ItemStatus.RECEIVED, ItemStatus.TAKEN_BACK, ItemStatus.NOT_TAKEN, ItemStatus.REFUSED_ENTRY,
                    ItemStatus.NOT_PASSED, ItemStatus.WITHDRAWN, ItemStatus.REVOKED})
#: An item in one of these has made its documents.
MADE = frozenset({ItemStatus.PASSED, ItemStatus.PASSED_LACKING})


@dataclass(frozen=True)
class Line:
    """One document of a dossier: what it is for, its versions (latest first), the ended item that made it."""

    needed: rules.Needed
    versions: tuple[Material, ...]
    made_by: Handling | None

    @property
    def live(self) -> Material | None:
        """The version that holds."""
        return next((one for one in self.versions if one.withdrawn_at is None), None)

    @property
    def is_here(self) -> bool:
        """Whether the document is there: handed in, or made by an item that ended."""
        return self.live is not None or self.made_by is not None


def lines(file: File) -> list[Line]:
    """Every document of the items that apply: two queries."""
    kept: dict[str, list[Material]] = {}
    for row in (file.dossier.materials.select_related("attachment", "produced_by").order_by("name", "-version")):
        kept.setdefault(row.name, []).append(row)
    return [Line(one, tuple(kept.get(one.name, ())), _maker(file, one))
            for one in rules.needed(file.catalogue, set(file.decided.applies))]


def _maker(file: File, one: rules.Needed) -> Handling | None:
    ended = (file.handlings.get(item.code) for item in one.producers)
    return next((row for row in ended if row is not None and ItemStatus(row.status) in MADE), None)


def users(file: File, name: str) -> list[Handling]:
    """The handlings that rest on a document: under way with it, or ended with it."""
    codes = {item.code for item in file.catalogue.items if name in item.needs}
    return [row for code, row in file.handlings.items() if code in codes and ItemStatus(row.status) not in UNUSED]


def material(person: Person, code: str, key: int) -> Material:
    """A version of a document of a visible dossier; refused the same way whether hidden or absent."""
    found = (Material.objects.filter(pk=key, dossier__project__code=code, dossier__in=dossiers.visible_to(person))
             .select_related("dossier").first())
    if found is None:
        raise CannotReach("没有这份材料，或您无权查看")
    return found


def may_read(person: Person, attachment: Attachment) -> bool:
    """Whether the attachment is a material, a certificate or survey results of a dossier the person sees."""
    mine = dossiers.visible_to(person)
    return (Material.objects.filter(attachment=attachment, dossier__in=mine).exists()
            or Handling.objects.filter(certificate=attachment, dossier__in=mine).exists()
            or SurveyOrder.objects.filter(results=attachment, dossier__in=mine).exists())
