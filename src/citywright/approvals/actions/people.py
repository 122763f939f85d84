"""What can be done round an enterprise's page: open it, close it; ask, urge, answer, rate."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Person
from citywright.kernel.words import Role

from ..models import Dossier, Handling, Message, Rating
from ..queries import people as queries
from ..rules import people as rules
from ..rules import window
from ..words import MessageKind

#: Who serves a dossier: the project's lead unit, the butlers and the office of its area.
SERVING = (Role.CLERK, Role.REVIEWER, Role.STEWARD, Role.OFFICE)


class CannotOpenPage(Refusal):
    """The days are out of range, or there is no page to close."""


class CannotAsk(Refusal):
    """Nothing was said, too much waits already, or the item cannot be urged now."""


class CannotRate(Refusal):
    """The item has not ended, is not of this dossier, or was rated."""


class CannotReply(Refusal):
    """Answered already, or with nothing."""


@transaction.atomic
def open_page(*, dossier: Dossier, by: Person, at: datetime, days: int = rules.USUAL_DAYS) -> str:
    """The enterprise's page opens with the token returned, for so many days; the token before it opens nothing more.

    Only its SHA-256 is kept: the token is told this once.
    """
    kept = locked(dossier)
    require_service(kept, by)
    if not 1 <= days <= rules.LONGEST_DAYS:
        raise CannotOpenPage("有效期为 1 至 %(days)s 天", days=rules.LONGEST_DAYS)
    token = secrets.token_urlsafe(rules.TOKEN_BYTES)
    kept.token_digest, kept.token_until = rules.digest(token), clock.day_of(at) + timedelta(days=days)
    kept.save(update_fields=["token_digest", "token_until"])
    tell(kept, "enterprise_page.opened", by, at, until=kept.token_until)
    return token


@transaction.atomic
def close_page(*, dossier: Dossier, by: Person, at: datetime) -> Dossier:
    """No token opens the enterprise's page any more; refused when none did."""
    kept = locked(dossier)
    require_service(kept, by)
    if not kept.token_digest:
        raise CannotOpenPage("没有可以停用的进度页链接")
    kept.token_digest, kept.token_until = "", None
    kept.save(update_fields=["token_digest", "token_until"])
    tell(kept, "enterprise_page.closed", by, at)
    return kept


@transaction.atomic
def ask(*, token: str, text: str, by: Person | None, at: datetime) -> Message:
    """The enterprise's question waits for an answer. Refused empty, twice the same, or while too many wait."""
    kept = queries.admitted(token, clock.day_of(at), lock=True)
    said = text.replace("\0", "").strip()
    if not said or len(said) > rules.LONGEST_TEXT:
        raise CannotAsk("请写明要问的事，不超过 %(most)s 字", most=rules.LONGEST_TEXT)
    waiting = kept.messages.filter(replied_at__isnull=True, kind=MessageKind.QUESTION)
    if waiting.filter(text=said).exists():
        raise CannotAsk("这个问题已经收到，正在等待答复")
    if waiting.count() >= rules.MOST_WAITING:
        raise CannotAsk("已有 %(most)s 个问题等待答复，请先等答复", most=rules.MOST_WAITING)
    made = Message.objects.create(dossier=kept, kind=MessageKind.QUESTION, text=said, at=at)
    tell(kept, "message.asked", by, at, text=said)
    return made


@transaction.atomic
def urge(*, token: str, handling: UUID, by: Person | None, at: datetime) -> Message:
    """The enterprise urges an item that is under way; once a day for each item, and never after its end."""
    kept = queries.admitted(token, clock.day_of(at), lock=True)
    row = kept.handlings.filter(pk=handling, status__in=window.OPEN).first()
    if row is None:
        raise CannotAsk("这一事项不在办理中，不能催办")
    last = row.messages.filter(kind=MessageKind.URGE).order_by("-at").first()
    if last is not None and clock.day_of(last.at) == clock.day_of(at):
        raise CannotAsk("“%(item)s”今天已经催办过，每个事项每天一次", item=row.name)
    made = Message.objects.create(dossier=kept, handling=row, kind=MessageKind.URGE, text=row.name, at=at)
    tell(kept, "message.urged", by, at, item=row.code)
    return made


@transaction.atomic
def rate(*, token: str, handling: UUID, stars: int, by: Person | None, at: datetime, text: str = "") -> Rating:
    """The enterprise's one to five for an item that ended, once and for good."""
    kept = queries.admitted(token, clock.day_of(at), lock=True)
    row = Handling.objects.select_for_update(of=("self",)).filter(dossier=kept, pk=handling,
                                                                 ended_on__isnull=False).first()
    if row is None:
        raise CannotRate("这一事项还没有办结，不能评价")
    if Rating.objects.filter(handling=row).exists():
        raise CannotRate("“%(item)s”已经评价过", item=row.name)
    said = text.replace("\0", "").strip()
    if stars not in rules.STARS or len(said) > 300:
        raise CannotRate("评价为一至五星，文字不超过 300 字")
    made = Rating.objects.create(handling=row, stars=stars, text=said, at=at)
    tell(kept, "handling.rated", by, at, item=row.code, stars=stars)
    return made


@transaction.atomic
def reply(*, message: Message, text: str, by: Person, at: datetime) -> Message:
    """The question or urging has its answer, which the enterprise reads on its page; answered once."""
    kept = Message.objects.select_for_update(of=("self",)).select_related(
        "dossier__project__area", "dossier__project__lead_unit", "handling").get(pk=message.pk)
    project = kept.dossier.project
    unit = kept.handling.unit_id if kept.handling else None
    if unit is None or not access.roles_over(by, unit=unit, area=project.area) & {Role.CLERK, Role.REVIEWER}:
        require_service(kept.dossier, by)
    said = text.replace("\0", "").strip()
    if kept.replied_at is not None:
        raise CannotReply("已经答复过")
    if not said or len(said) > rules.LONGEST_REPLY:
        raise CannotReply("答复不能为空，不超过 %(most)s 字", most=rules.LONGEST_REPLY)
    kept.reply, kept.replied_by, kept.replied_at = said, by, at
    kept.save(update_fields=["reply", "replied_by", "replied_at"])
    tell(kept.dossier, "message.replied", by, at, text=said)
    return kept


def locked(dossier: Dossier) -> Dossier:
    """The dossier as it stands now, its row locked."""
    return (Dossier.objects.select_for_update(of=("self",))
            .select_related("project__area", "project__lead_unit").get(pk=dossier.pk))


def require_service(dossier: Dossier, by: Person) -> None:
    """Refuse whoever does not serve the dossier."""
    access.require(by, *SERVING, unit=dossier.project.lead_unit_id, area=dossier.project.area)


def tell(dossier: Dossier, verb: str, by: Person | None, at: datetime, **more: object) -> None:
    """One line in the journal about a dossier; never a token."""
    project = dossier.project
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code} | more)
