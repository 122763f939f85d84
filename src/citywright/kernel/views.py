"""Which page? The download of an attachment."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from . import attachments
from .errors import CannotReach
from .models import Attachment


@require_safe
def attachment(request: HttpRequest, key: UUID) -> FileResponse:
    """The file, to be saved; an image may be looked at. Refused alike whether it is out of reach or does not exist."""
    kept = Attachment.objects.select_related("organisation__area").filter(pk=key).first()
    if kept is None or not request.user.is_authenticated or not attachments.readable_by(request.user, kept):
        raise CannotReach("没有这个附件，或您无权查看")
    image = kept.content_type.startswith("image/")
    response = FileResponse(attachments.path_of(kept).open("rb"), as_attachment=not image, filename=kept.name,
                            content_type=kept.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
